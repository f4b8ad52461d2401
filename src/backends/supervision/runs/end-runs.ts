import { formatProcess, isAlive } from '../../../engine/contract/status.ts';
import type { ProcessRuntime } from '../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { RunsContext } from '../experiment/runs-context.ts';
import { type EndTarget, endProcesses, type Leftover } from '../keeper/runs/end-processes.ts';
import { preventRun, readRunPid } from '../keeper/runs/run-files.ts';
import { exitMilliseconds } from '../keeper/runs/silent-runs.ts';
import type { RunLifecycle } from './run-lifecycle.ts';

/** Ends the runs of processes with everything they started. Resolves with what could not be ended, in words, by key. */
export async function endRuns(
  context: RunsContext,
  lifecycle: RunLifecycle,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { state, processes, wantedEnd } = context;
  for (const key of keys) {
    lifecycle.cancelRestart(key);
    const wanted = wantedEnd(key);
    const { until, ...runtime } = state.get(key);
    const hasNoRun = runtime.state === 'backoff' || runtime.state === 'pending';
    if (hasNoRun && wanted?.startsAgain === false)
      state.set(key, { ...runtime, state: 'stopped', reason: wanted.reason });
  }
  await awaitPids(context, lifecycle, keys);
  const targets = keys.map((key) => [key, endTarget(context, key)] as const);
  const left = await endProcesses(targets.map(([, target]) => target));
  const leftovers = new Map<string, string>();
  for (const [key, target] of targets) {
    const stuck = left.get(target) ?? [];
    if (stuck.length > 0) leftovers.set(key, describeLeftovers(processes.get(key) as ResolvedProcess, stuck));
  }
  await awaitExits(
    context,
    lifecycle,
    keys.filter((key) => !leftovers.has(key)),
  );
  for (const [key, leftover] of leftovers) {
    const runtime = state.get(key);
    if (runtime.state === 'backoff')
      lifecycle.postpone(key, runtime, `leftovers of its previous run cannot be ended: ${leftover}`);
  }
  return leftovers;
}

/** A run that was just started has no pid yet and would be missed. Waits for its pid, or prevents its start. */
async function awaitPids(context: RunsContext, lifecycle: RunLifecycle, keys: readonly string[]): Promise<void> {
  const { state, folder } = context;
  const hasPidOrEnded = ({ state, pid }: ProcessRuntime) => !isAlive(state) || pid !== undefined;
  await until(context, lifecycle, keys, hasPidOrEnded);
  for (const key of keys) {
    const runtime = state.get(key);
    if (hasPidOrEnded(runtime)) continue;
    if (await preventRun(folder.run(key, runtime.run)))
      lifecycle.settle(key, { time: Date.now(), reason: 'it was ended before it started' });
  }
  lifecycle.scan();
}

/** Waits for the exit status from the keepers. Runs without one are recorded as ended anyway. */
async function awaitExits(context: RunsContext, lifecycle: RunLifecycle, keys: readonly string[]): Promise<void> {
  await until(context, lifecycle, keys, ({ state }) => !isAlive(state));
  for (const key of keys)
    lifecycle.settle(key, { time: Date.now(), reason: context.wantedEnd(key)?.reason ?? 'ended' });
}

function until(
  { state }: RunsContext,
  lifecycle: RunLifecycle,
  keys: readonly string[],
  predicate: (runtime: ProcessRuntime) => boolean,
): Promise<void> {
  lifecycle.scan();
  return state.until(() => keys.every((key) => predicate(state.get(key))), exitMilliseconds);
}

/** The current target for ending a process. */
export function endTarget({ record, processes, folder, state }: RunsContext, key: string): EndTarget {
  const resolvedProcess = processes.get(key) as ResolvedProcess;
  const { pid, startTime = '', run } = state.get(key);
  // Includes the pid of an ended run, because its process group may have outlived it.
  const last = pid === undefined ? readRunPid(folder.run(key, run)) : { pid, startTime };
  return {
    mark: { launchId: record.launchId, group: resolvedProcess.group ?? '', name: resolvedProcess.name },
    pid: last?.pid,
    startTime: last?.startTime ?? '',
    signal: `SIG${resolvedProcess.stop.signal}`,
    timeout: resolvedProcess.stop.timeout,
  };
}

function describeLeftovers(resolvedProcess: ResolvedProcess, leftovers: readonly Leftover[]): string {
  const named = leftovers.slice(0, 5).map(({ pid, command, state }) => `${command} (pid ${pid}, state ${state})`);
  return `${formatProcess(resolvedProcess)}: ${named.join(', ')}`;
}
