import { formatProcess, isAlive } from '../../../../engine/contract/status.ts';
import { hasStarted } from '../../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import type { RunnerContext } from '../../runs/runner.ts';
import { describeLeftover, type EndTarget, type Leftover } from './end-processes.ts';
import type { KeeperFiles } from './keeper-files.ts';
import { preventRun, readRunPid } from './run-files.ts';
import { exitMilliseconds } from './silent-runs.ts';

/** A run that was just started has no pid yet and would be missed. Waits for its pid, or prevents its start. */
export async function preventUnstarted(
  { runtime, until, reports }: RunnerContext,
  files: KeeperFiles,
  keys: readonly string[],
): Promise<void> {
  const isKnown = (key: string) => !isAlive(runtime(key).state) || hasStarted(runtime(key));
  await until(() => keys.every(isKnown), exitMilliseconds);
  for (const key of keys) {
    const { run } = runtime(key);
    if (isKnown(key) || !(await preventRun(files.run(key, run)))) continue;
    reports.ended(key, run, { time: Date.now(), reason: 'it was ended before it started' });
  }
}

/** Waits for the exit status from the keepers. */
export function waitForExits({ runtime, until }: RunnerContext, keys: readonly string[]): Promise<void> {
  return until(() => keys.every((key) => !isAlive(runtime(key).state)), exitMilliseconds);
}

/** The current target for ending a process. */
export function endTarget({ record, processes, runtime }: RunnerContext, files: KeeperFiles, key: string): EndTarget {
  const { group, name, stop } = processes.get(key) as ResolvedProcess;
  const { pid, startTime = '', run } = runtime(key);
  // Includes the pid of an ended run, because its process group may have outlived it.
  const last = pid === undefined ? readRunPid(files.run(key, run)) : { pid, startTime };
  return {
    mark: { launchId: record.launchId, group: group ?? '', name },
    pid: last?.pid,
    startTime: last?.startTime ?? '',
    signal: `SIG${stop.signal}`,
    timeout: stop.timeout,
  };
}

export function describeRunLeftovers(resolvedProcess: ResolvedProcess, leftovers: readonly Leftover[]): string {
  return `${formatProcess(resolvedProcess)}: ${leftovers.slice(0, 5).map(describeLeftover).join(', ')}`;
}
