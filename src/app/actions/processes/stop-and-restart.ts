import { requireCapability } from '../../../engine/client/require-capability.ts';
import type { ActionOptions } from '../../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { formatProcess, isAlive, type ProcessReference } from '../../../engine/contract/status.ts';
import { formatProgress } from '../../../engine/text/format-progress.ts';
import type { AppContext, ProcessSelection } from '../../shell/context/context.ts';
import { currentTargets, requireCluster } from '../../shell/context/targets.ts';
import { clearMarks } from '../../shell/list-view/list-marks.ts';
import { clusterName, experimentName } from '../../shell/status/place.ts';
import type { AppState } from '../../shell/store/state.ts';

/** Restarts what is marked or selected; in the list of experiments, all processes of each. */
export function restartChosen(context: AppContext): Promise<void> {
  return restartProcesses(context, currentTargets(context).selections);
}

export function stopChosen(context: AppContext): Promise<void> {
  return stopProcesses(context, currentTargets(context).selections);
}

/** Asks first, and lists the processes. */
export async function restartProcesses(context: AppContext, selections: readonly ProcessSelection[]): Promise<void> {
  const capability = requireCapability(requireCluster(context), 'restart');
  await actOn(context, selections, {
    verb: 'restart',
    doing: 'restarting',
    done: 'Restarted',
    consequence: (alive, total) => {
      if (alive === 0) return total === 1 ? 'It is not running.' : 'None of them is running.';
      return total === 1 ? 'It is running, and is stopped first.' : `Running, and stopped first: ${alive} of them.`;
    },
    act: (experiment, processes, options) => capability.restart(experiment, processes, options),
  });
}

/** Asks first, and lists the processes. */
export async function stopProcesses(context: AppContext, selections: readonly ProcessSelection[]): Promise<void> {
  const capability = requireCapability(requireCluster(context), 'stop');
  await actOn(context, selections, {
    verb: 'stop',
    doing: 'stopping',
    done: 'Stopped',
    consequence: (alive, total) => {
      const running = total === 1 ? '' : `Running: ${alive} of them. `;
      return `${running}A stopped process is not restarted automatically.`;
    },
    act: (experiment, processes, options) => capability.stop(experiment, processes, options),
  });
}

interface ProcessAction {
  readonly verb: string;
  readonly doing: string;
  readonly done: string;
  /** @param alive how many of the `total` processes are running */
  consequence(alive: number, total: number): string;
  act(experiment: string, processes: readonly ProcessReference[], options: ActionOptions): Promise<void>;
}

async function actOn(
  context: AppContext,
  selections: readonly ProcessSelection[],
  action: ProcessAction,
): Promise<void> {
  const { store, ask, notify } = context;
  const targets = selections.filter(({ processes }) => processes.length > 0);
  const all = targets.flatMap(({ processes }) => processes);
  if (all.length === 0) {
    const names = selections.map(({ experiment }) => experiment).join(', ');
    throw new SymphonyError('not-found', `There is nothing to ${action.verb}${names === '' ? '' : ` in ${names}`}.`);
  }
  const what = describeSelections(targets);
  const alive = all.filter(({ state }) => isAlive(state)).length;
  const lines = [
    ...nameLines(fullNames(targets)),
    '',
    action.consequence(alive, all.length),
    whereText(store.getState(), targets),
  ];
  if (!(await ask.confirm({ title: `${capitalize(action.verb)} ${what}?`, lines, verb: action.verb }))) return;
  const done = await notify.during(`${action.doing} ${what}`, async ({ signal, progress }) => {
    const options: ActionOptions = { signal, onProgress: (at) => progress(formatProgress(at)) };
    await Promise.all(targets.map(({ experiment, processes }) => action.act(experiment, processes, options)));
    return true;
  });
  if (done === undefined) return;
  notify.good(`${action.done} ${what}.`);
  clearMarks(store);
}

function whereText(state: AppState, selections: readonly ProcessSelection[]): string {
  const [only] = selections;
  const of = selections.length === 1 && only !== undefined ? `${experimentName(state, only.experiment)} on ` : 'On ';
  return `${of}${clusterName(state)}.`;
}

const maxListedNames = 8;

function nameLines(names: readonly string[]): string[] {
  const shown = names.slice(0, maxListedNames).map((name) => `  ${name}`);
  return names.length > maxListedNames ? [...shown, `  and ${names.length - maxListedNames} more`] : shown;
}

/** `eval of rl`, `3 processes of rl`, `7 processes of 2 experiments`. */
function describeSelections(selections: readonly ProcessSelection[]): string {
  const processes = selections.flatMap(({ processes }) => processes);
  const [only] = processes;
  const what = processes.length === 1 && only !== undefined ? formatProcess(only) : `${processes.length} processes`;
  const [first] = selections;
  return `${what} of ${selections.length === 1 ? first?.experiment : `${selections.length} experiments`}`;
}

function fullNames(selections: readonly ProcessSelection[]): string[] {
  return selections.flatMap(({ experiment, processes }) =>
    processes.map((status) =>
      selections.length > 1 ? `${experiment}: ${formatProcess(status)}` : formatProcess(status),
    ),
  );
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
