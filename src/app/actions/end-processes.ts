import type { Progress } from '../../engine/capabilities.ts';
import { requireCapability } from '../../engine/cluster.ts';
import { formatProgress } from '../../engine/format-progress.ts';
import { formatProcess, isAlive, type ProcessStatus } from '../../engine/status.ts';
import type { AppContext } from '../store/context.ts';
import { chosenExperiments, chosenProcesses } from '../store/selection.ts';
import { topView } from '../store/state.ts';
import { clearMarks } from './navigation.ts';

const namedAtMost = 8;

/** Names several things, so that whoever is asked knows what is meant. */
export function nameLines(names: readonly string[]): string[] {
  const shown = names.slice(0, namedAtMost).map((name) => `  ${name}`);
  return names.length > namedAtMost ? [...shown, `  and ${names.length - namedAtMost} more`] : shown;
}

interface Chosen {
  readonly experiment: string;
  readonly processes: readonly ProcessStatus[];
}

/** In the list of experiments: all processes of each that is marked or selected. */
function chosen(context: AppContext): Chosen[] {
  const state = context.store.getState();
  const experiments = chosenExperiments(state);
  if (topView(state).kind === 'experiments') {
    return experiments.map((experiment) => ({ experiment, processes: state.model.get(experiment)?.processes ?? [] }));
  }
  const processes = chosenProcesses(state);
  return experiments.map((experiment) => ({ experiment, processes }));
}

function label(targets: readonly Chosen[]): string {
  const processes = targets.flatMap(({ processes }) => processes);
  const [first] = processes;
  return processes.length === 1 && first !== undefined ? formatProcess(first) : `${processes.length} processes`;
}

function fullNames(targets: readonly Chosen[]): string[] {
  return targets.flatMap(({ experiment, processes }) =>
    processes.map((process) =>
      targets.length > 1 ? `${experiment}: ${formatProcess(process)}` : formatProcess(process),
    ),
  );
}

export async function restartProcesses(context: AppContext): Promise<void> {
  const { store, ask, notify, signal } = context;
  const { cluster } = store.getState();
  const targets = chosen(context).filter(({ processes }) => processes.length > 0);
  if (cluster === undefined || targets.length === 0) return;
  const capability = requireCapability(cluster, 'restart');
  const what = label(targets);
  const alive = targets.flatMap(({ processes }) => processes).filter(({ state }) => isAlive(state)).length;
  const consequence = alive === 0 ? 'None of them runs now.' : `${alive} of them run now and will be ended first.`;
  const lines = [
    ...nameLines(fullNames(targets)),
    '',
    alive === 1 && what !== '1 processes' ? 'What runs is ended first.' : consequence,
  ];
  if (!(await ask.confirm({ title: `Restart ${what}?`, lines, verb: 'restart' }))) return;
  const done = await notify.during(`restarting ${what}`, async (progress) => {
    const options = { signal, onProgress: (at: Progress) => progress(formatProgress(at)) };
    await Promise.all(targets.map(({ experiment, processes }) => capability.restart(experiment, processes, options)));
    return true;
  });
  if (done === undefined) return;
  notify.good(`Restarted ${what}.`);
  clearMarks(context);
}

export async function stopProcesses(context: AppContext): Promise<void> {
  const { store, ask, notify, signal } = context;
  const { cluster } = store.getState();
  const targets = chosen(context).filter(({ processes }) => processes.length > 0);
  if (cluster === undefined || targets.length === 0) return;
  const capability = requireCapability(cluster, 'stop');
  const what = label(targets);
  const lines = [...nameLines(fullNames(targets)), '', 'They are not started again by themselves.'];
  if (!(await ask.confirm({ title: `Stop ${what}?`, lines, verb: 'stop' }))) return;
  const done = await notify.during(`stopping ${what}`, async (progress) => {
    const options = { signal, onProgress: (at: Progress) => progress(formatProgress(at)) };
    await Promise.all(targets.map(({ experiment, processes }) => capability.stop(experiment, processes, options)));
    return true;
  });
  if (done === undefined) return;
  notify.good(`Stopped ${what}.`);
  clearMarks(context);
}
