import { resolveName, resolveTargets } from '../../../engine/client/match.ts';
import { matchPatterns } from '../../../engine/client/match-patterns.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments } from '../../shell/store/selection.ts';
import { changeBackend, openBackends } from '../../views/backends/open-backends.ts';
import { openRequestedLogs } from '../../views/logs/open-logs.ts';
import { openExperiment } from '../../views/processes/open-experiment.ts';
import { deleteExperiments } from '../experiments/delete-experiments.ts';
import { openServices } from '../experiments/describe.ts';
import { openHelp } from '../help.ts';
import { openFiles } from '../launch.ts';
import { type ProcessSelection, restartProcesses, stopProcesses } from '../processes/end-processes.ts';
import { completeCommand } from './complete-command.ts';
import { type CommandPlan, planCommand } from './plan-command.ts';
import { showOutput } from './show-output.ts';

const history: string[] = [];

/** Prompts for a command, with completion, and runs it on what the screen shows. */
export async function askCommand(context: AppContext): Promise<void> {
  const { ask, options, store } = context;
  const line = await ask.text({
    label: ':',
    history,
    suggest(text) {
      const state = store.getState();
      return completeCommand(state, text, options.expectWord(text), chosenExperiments(state)[0]);
    },
  });
  const command = line?.trim() ?? '';
  if (command === '') return;
  if (history.at(-1) !== command) history.push(command);
  await runCommandLine(context, command);
}

async function runCommandLine(context: AppContext, line: string): Promise<void> {
  const [command = '', argument] = line.split(/\s+/);
  const { model } = context.store.getState();
  if (command === 'quit' || command === 'q') context.terminal.exit(0);
  else if (command === 'help' && argument === undefined) openHelp(context);
  else if (command === 'new' && argument === undefined) await openFiles(context);
  else if (command === 'services' && argument === undefined) await openServices(context);
  else if (command === 'backend' && argument !== undefined) await changeBackend(context, argument);
  else if (command === 'backend') await openBackends(context);
  else if (command === 'experiments' && argument !== undefined && model.has(argument))
    openExperiment(context, argument);
  else if (model.has(line)) openExperiment(context, line);
  else await runOnScreen(context, line);
}

/** Runs a command of `symphony` on what the screen shows. */
async function runOnScreen(context: AppContext, line: string): Promise<void> {
  const { options, store, notify, terminal } = context;
  const command = await options.readCommand(line);
  const state = store.getState();
  if (state.cluster === undefined) return;
  const scope = { backend: state.cluster.backend, experiments: chosenExperiments(state) };
  const plan = planCommand(command, scope);
  if (plan.kind !== 'run') return carryOut(context, plan);
  const { words, experiment } = plan;
  if (plan.terminal) {
    await terminal.handOver(() => options.runCommand(words, { signal: context.signal, terminal: true }));
    return;
  }
  const result = await notify.during(`:${line}`, async ({ signal }) => {
    const output = await options.runCommand(words, { signal, terminal: false });
    return { ...output, cancelled: signal.aborted };
  });
  if (result !== undefined) showOutput(context, line, result, experiment);
}

/** Performs the same action as the key, with the same questions and messages. */
async function carryOut(context: AppContext, plan: Exclude<CommandPlan, { kind: 'run' }>): Promise<void> {
  const names = [...context.store.getState().model.keys()];
  switch (plan.kind) {
    case 'delete': {
      const exact = { exact: plan.force };
      const experiments = plan.experiments.map((name) => resolveName('experiment', name, names, exact));
      return deleteExperiments(context, experiments, plan);
    }
    case 'delete-batch':
      return deleteExperiments(context, matchExperiments(plan.patterns, names), plan);
    case 'stop':
      return stopProcesses(context, [selectTargets(context, plan.experiment, plan.targets)]);
    case 'restart':
      return restartProcesses(context, [selectTargets(context, plan.experiment, plan.targets)]);
    case 'logs': {
      const { experiment, processes } = selectTargets(context, plan.experiment, plan.request.targets);
      openRequestedLogs(context, experiment, processes, plan.request);
    }
  }
}

/** @throws SymphonyError `not-found` */
function matchExperiments(patterns: readonly string[], names: readonly string[]): string[] {
  const matching = matchPatterns(patterns, names);
  if (matching.length > 0) return matching;
  throw new SymphonyError('not-found', `No experiment matches ${patterns.join(' or ')}.`);
}

/** @throws SymphonyError `not-found`, `ambiguous` */
function selectTargets({ store }: AppContext, wanted: string, targets: readonly string[]): ProcessSelection {
  const { model } = store.getState();
  const experiment = resolveName('experiment', wanted, [...model.keys()]);
  const processes = model.get(experiment)?.processes ?? [];
  if (targets.length === 0) return { experiment, processes };
  const named = new Set(targets.flatMap((target) => resolveTargets(processes, target)));
  return { experiment, processes: processes.filter((status) => named.has(status)) };
}
