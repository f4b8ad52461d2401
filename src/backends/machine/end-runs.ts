import type { ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import { formatProcess, isAlive } from '../../engine/status.ts';
import { type EndTarget, endProcesses, type Leftover } from './end-processes.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import type { ExperimentState } from './experiment-state.ts';
import type { ProcessRuntime } from './process-runtime.ts';
import { preventRun, readRunPid } from './run-files.ts';
import type { RunLifecycle } from './run-lifecycle.ts';
import { exitMilliseconds } from './silent-runs.ts';

/** Where the runs are that are to be ended. */
export interface RunsToEnd {
  readonly launchId: string;
  readonly processes: ReadonlyMap<string, ResolvedProcess>;
  readonly folder: ExperimentFolder;
  readonly state: ExperimentState;
  readonly lifecycle: RunLifecycle;
  /** Why the run of a process is ended; undefined if only what it left behind is. */
  readonly reasonOfEnd: (key: string) => string | undefined;
}

/** Ends the runs of processes with everything that they started. Gives what could not be ended, in words, by key. */
export async function endRuns(runs: RunsToEnd, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { state, lifecycle, reasonOfEnd } = runs;
  for (const key of keys) {
    lifecycle.cancelRestart(key);
    const reason = reasonOfEnd(key);
    const { until, ...runtime } = state.get(key);
    const hasNoRun = runtime.state === 'backoff' || runtime.state === 'pending';
    if (hasNoRun && reason !== undefined) state.set(key, { ...runtime, state: 'stopped', reason });
  }
  await awaitPids(runs, keys);
  const targets = keys.map((key) => [key, endTarget(runs, key)] as const);
  const left = await endProcesses(targets.map(([, target]) => target));
  const leftovers = new Map<string, string>();
  for (const [key, target] of targets) {
    const stuck = left.get(target) ?? [];
    if (stuck.length > 0) leftovers.set(key, describeLeftovers(runs.processes.get(key) as ResolvedProcess, stuck));
  }
  await awaitExits(
    runs,
    keys.filter((key) => !leftovers.has(key)),
  );
  for (const [key, leftover] of leftovers) {
    const runtime = state.get(key);
    if (runtime.state === 'backoff')
      lifecycle.postpone(key, runtime, `what its last run left cannot be ended: ${leftover}`);
  }
  return leftovers;
}

/** A run that has only just been started has no pid yet, and would be missed: it gets one, or never starts. */
async function awaitPids(runs: RunsToEnd, keys: readonly string[]): Promise<void> {
  const { state, lifecycle, folder } = runs;
  const hasPidOrEnded = ({ state, pid }: ProcessRuntime) => !isAlive(state) || pid !== undefined;
  await until(runs, keys, hasPidOrEnded);
  for (const key of keys) {
    const runtime = state.get(key);
    if (hasPidOrEnded(runtime)) continue;
    if (await preventRun(folder.run(key, runtime.run)))
      lifecycle.settle(key, { time: Date.now(), reason: 'it was ended before it started' });
  }
  lifecycle.scan();
}

/** The keepers' word on how the runs ended; those of whom none comes are ended all the same. */
async function awaitExits(runs: RunsToEnd, keys: readonly string[]): Promise<void> {
  await until(runs, keys, ({ state }) => !isAlive(state));
  for (const key of keys) runs.lifecycle.settle(key, { time: Date.now(), reason: runs.reasonOfEnd(key) ?? 'ended' });
}

function until(
  { state, lifecycle }: RunsToEnd,
  keys: readonly string[],
  isTrue: (runtime: ProcessRuntime) => boolean,
): Promise<void> {
  lifecycle.scan();
  return state.until(() => keys.every((key) => isTrue(state.get(key))), exitMilliseconds);
}

/** What is to be ended of a process, as it is known now. */
export function endTarget({ launchId, processes, folder, state }: RunsToEnd, key: string): EndTarget {
  const process = processes.get(key) as ResolvedProcess;
  const { pid, startTime = '', run } = state.get(key);
  // The newest run's pid also when it has ended: its group may have outlived it.
  const last = pid === undefined ? readRunPid(folder.run(key, run)) : { pid, startTime };
  return {
    mark: { launchId, group: process.group ?? '', name: process.name },
    pid: last?.pid,
    startTime: last?.startTime ?? '',
    signal: `SIG${process.stop.signal}`,
    timeout: process.stop.timeout,
  };
}

function describeLeftovers(process: ResolvedProcess, leftovers: readonly Leftover[]): string {
  const named = leftovers.slice(0, 5).map(({ pid, command, state }) => `${command} (pid ${pid}, state ${state})`);
  return `${formatProcess(process)}: ${named.join(', ')}`;
}
