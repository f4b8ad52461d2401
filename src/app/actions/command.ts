import { SymphonyError } from '../../engine/errors.ts';
import { resolveTargets } from '../../engine/match.ts';
import { formatProcess } from '../../engine/status.ts';
import type { AppContext } from '../store/context.ts';
import { chosenExperiments } from '../store/selection.ts';
import { type AppState, topView } from '../store/state.ts';
import { pushView } from '../store/view-updates.ts';
import { startOfText } from '../store/views.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { paint } from '../theme/theme.ts';
import { changeBackend, openBackends } from './backends.ts';
import { deleteExperiments } from './delete-experiments.ts';
import { openServices } from './describe.ts';
import { openHelp } from './help.ts';
import { openFiles } from './launch.ts';
import { openExperiment } from './open-experiment.ts';
import { openAllLogs, showLogs } from './open-logs.ts';

const history: string[] = [];

/** Commands that this interface carries out itself. The others are those of the command line. */
const ownCommands = ['quit', 'q', 'help', 'backend', 'experiments', 'services', 'logs', 'new'] as const;

/** Commands that are a conversation: they are given the terminal. */
const logCommands = new Set(['logs', 'log', 'l']);
const needTerminal = new Set(['ssh', 'attach', 'ui']);

/** Asks for a command, completing it, and runs it. */
export async function askCommand(context: AppContext): Promise<void> {
  const line = await context.ask.text({
    label: ':',
    history,
    suggest: (text) => completeCommand(context, text),
  });
  const command = line?.trim() ?? '';
  if (command === '') return;
  if (history.at(-1) !== command) history.push(command);
  await runCommandLine(context, command);
}

/** Lines that go on from what was typed, the likeliest first: commands, then names of experiments and processes. */
export function completeCommand({ store, options }: AppContext, text: string): string[] {
  if (text === '') return [];
  const words = text.split(' ');
  const word = words.pop() ?? '';
  const before = words.map((other) => `${other} `).join('');
  const candidates =
    words.length === 0
      ? [...ownCommands, ...options.commands.flatMap(({ name, aliases }) => [name, ...aliases])]
      : wordsOf(store.getState(), words[0] ?? '');
  const fitting = [...new Set(candidates)].filter((candidate) => candidate.startsWith(word) && candidate !== word);
  return fitting.sort((a, b) => a.length - b.length || a.localeCompare(b)).map((candidate) => before + candidate);
}

function wordsOf(state: AppState, command: string): string[] {
  if (command === 'backend') return state.backends.map(({ name }) => name);
  const view = topView(state);
  const processes = 'experiment' in view ? (state.model.get(view.experiment)?.processes ?? []) : [];
  return [...state.model.keys(), ...processes.map(formatProcess)];
}

async function runCommandLine(context: AppContext, line: string): Promise<void> {
  const [command = '', argument] = line.split(/\s+/);
  const { store } = context;
  const { model } = store.getState();
  if (command === 'quit' || command === 'q') context.terminal.exit(0);
  else if (command === 'help') openHelp(context);
  else if (command === 'new') await openFiles(context);
  else if (command === 'services' && argument === undefined) await openServices(context);
  else if (command === 'logs' && argument === undefined) openAllLogs(context);
  else if (logCommands.has(command) && argument !== undefined && !argument.startsWith('-'))
    openNamedLogs(context, line);
  else if (command === 'delete' && argument === undefined) await deleteExperiments(context);
  else if (command === 'backend' && argument !== undefined) await changeBackend(context, argument);
  else if (command === 'backend') await openBackends(context);
  else if (command === 'experiments' && argument !== undefined && model.has(argument))
    openExperiment(context, argument);
  else if (model.has(line)) openExperiment(context, line);
  else await runOutside(context, line);
}

/** Logs are looked at here, whatever command names them. */
function openNamedLogs(context: AppContext, line: string): void {
  const state = context.store.getState();
  const [experiment = state.current] = chosenExperiments(state);
  if (experiment === null) throw new SymphonyError('usage', 'Which experiment?', { hint: 'Select one, or open it.' });
  const processes = state.model.get(experiment)?.processes ?? [];
  const [, ...targets] = line.split(/\s+/).filter((word) => !word.startsWith('-'));
  const named = new Set(targets.flatMap((target) => resolveTargets(processes, target)));
  showLogs(context, experiment, [...named], false);
}

/** Runs a command of the command line and shows what it says, or gives it the terminal if it needs one. */
async function runOutside(context: AppContext, line: string): Promise<void> {
  const { options, store, notify, signal, terminal } = context;
  const backend = store.getState().cluster?.backend;
  if (backend === undefined) return;
  const [command = ''] = line.split(/\s+/);
  if (needTerminal.has(command)) {
    await terminal.handOver(() => options.runCommand(line, { backend, signal, terminal: true }));
    return;
  }
  const result = await notify.during(`:${line}`, () => options.runCommand(line, { backend, signal, terminal: false }));
  if (result === undefined) return;
  const lines = result.output
    .trimEnd()
    .split('\n')
    .map((row) => sanitizeLine(row).text);
  const isShort = lines.length === 1;
  const [first = ''] = lines;
  if (isShort && result.exitCode === 0) notify.good(first === '' ? `:${line} is done.` : sanitizeLine(first).plain);
  else {
    const { theme } = store.getState();
    const end = result.exitCode === 0 ? [] : ['', paint(theme, 'bad', `── exit code ${result.exitCode} ──`)];
    pushView(store, {
      kind: 'text',
      title: `:${line}`,
      lines: [...lines, ...end],
      scroll: { ...startOfText, wrap: false },
    });
  }
}
