import { abortError, SymphonyError } from '../contract/errors.ts';
import { formatProcess, isFinal, type ProcessStatus } from '../contract/status.ts';
import { type ExperimentSnapshot, mergeChange, type WatchEvent } from '../contract/watch.ts';
import { describeValue } from '../spec/problem.ts';
import { noExperiment } from '../text/common-errors.ts';
import { suggestion } from '../text/suggestion.ts';
import { LongTimer } from './long-timer.ts';
import { describeFailure, nameProcesses, type ReadableLogs } from './wait-failure.ts';

export interface WaitOptions {
  /**
   * `ready`: every process is ready or has succeeded, or a rule of the experiment has ended it with success. `done`: every
   * process has ended for good, and the experiment has succeeded.
   */
  readonly for: 'ready' | 'done';
  /** Seconds. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called at each change. */
  readonly onChange?: (snapshot: ExperimentSnapshot) => void;
}

const goals: readonly WaitOptions['for'][] = ['ready', 'done'];

/** The part of a cluster that waiting needs. */
interface WatchedCluster extends ReadableLogs {
  watch(options: { readonly signal: AbortSignal; readonly experiment: string }): AsyncIterable<WatchEvent>;
}

/** A process may be blocked for this long: what it lacks may still arrive. */
const blockedGraceSeconds = 20;
/** Stands for the experiment among names of processes. */
const wholeExperiment = '';

/** @see Cluster.wait */
export async function waitForExperiment(
  cluster: WatchedCluster,
  name: string,
  options: WaitOptions,
): Promise<ExperimentSnapshot> {
  // A program that no compiler checked may leave them out.
  const goal = (options as WaitOptions | undefined)?.for;
  if (goal === undefined || !goals.includes(goal)) throw wrongGoal(goal);
  const limit = new AbortController();
  const timer = options.timeout === undefined ? undefined : new LongTimer(options.timeout * 1000, () => limit.abort());
  const outer = [options.signal, limit.signal].filter((signal) => signal !== undefined);
  const own = new AbortController();
  const signal = AbortSignal.any([...outer, own.signal]);
  const blocked = new Blocked(() => own.abort());
  const fail = async (failed: readonly ProcessStatus[], lead?: string): Promise<never> => {
    throw new SymphonyError('failed', await describeFailure(cluster, name, failed, lead));
  };
  let latest: ExperimentSnapshot | undefined;
  try {
    for await (const snapshot of followExperiment(cluster, name, signal)) {
      latest = snapshot;
      options.onChange?.(snapshot);
      // A deletion ends processes without reaching the goal: it completes with `not-found`, or the experiment goes on.
      if (snapshot.experiment.state === 'stopping') continue;
      if (hasFailedByRule(snapshot, options.for)) {
        const { reason } = snapshot.experiment;
        await fail(snapshot.processes.filter(isBroken), `Experiment ${name} failed: ${reason ?? 'as its rules say'}.`);
      }
      const failed = unableToReach(snapshot, options.for);
      if (failed.length > 0) await fail(failed);
      if (isReached(snapshot, options.for)) return snapshot;
      blocked.update(snapshot);
    }
  } finally {
    timer?.close();
    blocked.end();
    own.abort();
  }
  for (const ended of outer) {
    if (!ended.aborted) continue;
    if (ended === limit.signal) {
      const why = describeUnreached(latest, options.for);
      throw new SymphonyError(
        'timeout',
        `Experiment ${name} was not ${options.for} after ${options.timeout} s: ${why}.`,
      );
    }
    throw abortError(ended);
  }
  if (blocked.reason !== undefined) {
    throw new SymphonyError('failed', `Experiment ${name} cannot proceed: ${blocked.reason}.`);
  }
  if (blocked.found.length > 0) await fail(blocked.found);
  throw new SymphonyError('failed', `The watch over experiment ${name} ended.`);
}

/** An experiment may be starting although all of its processes are ready: nothing keeps its rules yet. */
function isReached({ experiment, processes }: ExperimentSnapshot, goal: 'ready' | 'done'): boolean {
  if (goal === 'ready' && experiment.outcome === 'succeeded') return true;
  if (goal === 'ready' && experiment.state === 'starting') return false;
  return processes.every((status) => hasReached(status, goal));
}

/** Whether one process has reached the goal of a wait. */
export function hasReached({ ready, state }: ProcessStatus, goal: 'ready' | 'done'): boolean {
  return goal === 'done' ? isFinal(state) : ready || state === 'succeeded';
}

function describeUnreached(snapshot: ExperimentSnapshot | undefined, goal: 'ready' | 'done'): string {
  if (snapshot === undefined) return 'its state could not be read in that time';
  if (snapshot.experiment.state === 'stopping') return 'it is being deleted';
  return nameProcesses(snapshot.processes.filter((status) => !hasReached(status, goal)));
}

/** Whether a rule ended the experiment as failed; a wait for the end lasts until all processes have ended. */
function hasFailedByRule({ experiment, processes }: ExperimentSnapshot, goal: 'ready' | 'done'): boolean {
  return experiment.outcome === 'failed' && (goal === 'ready' || processes.every(({ state }) => isFinal(state)));
}

/** The processes that make the goal unreachable. Those of an experiment that succeeded by a rule may have failed. */
function unableToReach(
  { experiment, processes }: ExperimentSnapshot,
  goal: 'ready' | 'done',
): readonly ProcessStatus[] {
  if (experiment.outcome === 'succeeded') return [];
  if (goal === 'ready') return processes.filter(({ state }) => isFinal(state) && state !== 'succeeded');
  if (!processes.every(({ state }) => isFinal(state))) return [];
  return processes.filter(isBroken);
}

function isBroken({ state }: ProcessStatus): boolean {
  return state === 'failed' || state === 'lost';
}

/** Finds what stays blocked longer than the grace period: processes, or the experiment as a whole. */
class Blocked {
  /** The processes that were blocked for too long. */
  found: readonly ProcessStatus[] = [];
  /** Why the experiment was blocked for too long, in words. */
  reason: string | undefined;
  readonly #onFound: () => void;
  readonly #since = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onFound: () => void) {
    this.#onFound = onFound;
  }

  /** Takes the current statuses. */
  update({ experiment, processes }: ExperimentSnapshot): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    const blocked = processes.filter((status) => status.blocked);
    const names = new Set([...blocked.map(formatProcess), ...(experiment.blocked ? [wholeExperiment] : [])]);
    for (const name of [...this.#since.keys()]) if (!names.has(name)) this.#since.delete(name);
    for (const name of names) if (!this.#since.has(name)) this.#since.set(name, now);
    if (names.size === 0) return;
    const earliest = Math.min(...this.#since.values());
    this.#timer = setTimeout(
      () => {
        this.found = blocked;
        if (experiment.blocked) this.reason = experiment.reason ?? 'it cannot proceed';
        this.#onFound();
      },
      earliest + blockedGraceSeconds * 1000 - now,
    );
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Yields one experiment's snapshots as it changes. Ends when the signal aborts; throws `not-found` if it does not exist. */
async function* followExperiment(
  cluster: WatchedCluster,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<ExperimentSnapshot> {
  let current: ExperimentSnapshot | undefined;
  for await (const event of cluster.watch({ signal, experiment: name })) {
    if (event.type === 'snapshot') {
      current = event.experiments.find(({ experiment }) => experiment.name === name);
      if (current === undefined) throw noExperiment(name);
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

function wrongGoal(given: unknown): SymphonyError {
  const hint = suggestion(String(given), goals);
  return new SymphonyError('usage', `${describeValue(given)} is nothing that an experiment can be waited for.`, {
    ...(hint !== undefined && { hint }),
  });
}
