import type { Cluster } from './cluster.ts';
import { abortError, SymphonyError } from './errors.ts';
import { formatProcess, isFinal, type ProcessStatus } from './status.ts';
import type { ExperimentSnapshot } from './watch.ts';

export interface WaitOptions {
  /** `ready`: every process is ready or has succeeded. `done`: every process has ended for good. */
  readonly for: 'ready' | 'done';
  /** Seconds. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Called at each change. */
  readonly onChange?: (snapshot: ExperimentSnapshot) => void;
}

/** @see Cluster.wait */
export async function waitForExperiment(
  cluster: Cluster,
  name: string,
  options: WaitOptions,
): Promise<ExperimentSnapshot> {
  const timeout = options.timeout === undefined ? undefined : AbortSignal.timeout(options.timeout * 1000);
  const outer = [options.signal, timeout].filter((signal) => signal !== undefined);
  const own = new AbortController();
  const signal = AbortSignal.any([...outer, own.signal]);
  try {
    for await (const snapshot of followExperiment(cluster, name, signal)) {
      options.onChange?.(snapshot);
      // What ends because it is deleted has not reached anything: it is soon not found, or else goes on.
      if (snapshot.experiment.state === 'stopping') continue;
      if (isReached(snapshot.processes, options.for)) return snapshot;
    }
  } finally {
    own.abort();
  }
  for (const ended of outer) {
    if (!ended.aborted) continue;
    if (ended === timeout) {
      throw new SymphonyError('timeout', `Experiment ${name} was not ${options.for} after ${options.timeout} s.`);
    }
    throw abortError(ended);
  }
  throw new SymphonyError('failed', `The watch over experiment ${name} ended.`);
}

/** Whether it is so; throws once it cannot become so any more. */
function isReached(processes: readonly ProcessStatus[], goal: 'ready' | 'done'): boolean {
  if (goal === 'done') {
    if (!processes.every(({ state }) => isFinal(state))) return false;
    const failed = processes.filter(({ state }) => state === 'failed' || state === 'lost');
    if (failed.length > 0) throw new SymphonyError('failed', failureMessage(failed));
    return true;
  }
  const hopeless = processes.filter(({ state }) => isFinal(state) && state !== 'succeeded');
  if (hopeless.length > 0) throw new SymphonyError('failed', failureMessage(hopeless));
  return processes.every(({ ready, state }) => ready || state === 'succeeded');
}

function failureMessage(processes: readonly ProcessStatus[]): string {
  const named = processes
    .slice(0, 5)
    .map(
      (process) =>
        `${formatProcess(process)} ${process.state}${process.reason === undefined ? '' : `: ${process.reason}`}`,
    );
  const more = processes.length > 5 ? `; and ${processes.length - 5} more` : '';
  return `${named.join('; ')}${more}.`;
}

/** One experiment's snapshots as it changes. Ends when the signal aborts; throws `not-found` if it is not there. */
async function* followExperiment(
  cluster: Cluster,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<ExperimentSnapshot> {
  let current: ExperimentSnapshot | undefined;
  for await (const event of cluster.watch({ signal, experiment: name })) {
    if (event.type === 'snapshot') {
      current = event.experiments.find(({ experiment }) => experiment.name === name);
      if (current === undefined) throw new SymphonyError('not-found', `There is no experiment ${name}.`);
    } else if (event.type === 'changed' && event.experiment.name === name) {
      current = mergeChange(current, event);
    } else if (event.type === 'deleted' && event.name === name) {
      throw new SymphonyError('not-found', `Experiment ${name} was deleted.`);
    } else {
      continue;
    }
    yield current;
  }
}

/** What is known after a change. */
export function mergeChange(
  known: ExperimentSnapshot | undefined,
  change: {
    readonly experiment: ExperimentSnapshot['experiment'];
    readonly processes: readonly ProcessStatus[];
    readonly replaced?: boolean;
  },
): ExperimentSnapshot {
  if (known === undefined || change.replaced) return { experiment: change.experiment, processes: change.processes };
  const key = (process: ProcessStatus) => formatProcess(process);
  const changed = new Map(change.processes.map((process) => [key(process), process]));
  const processes = known.processes.map((process) => changed.get(key(process)) ?? process);
  return { experiment: change.experiment, processes };
}
