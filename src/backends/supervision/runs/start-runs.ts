import { SymphonyError } from '../../../engine/contract/errors.ts';
import { parseProcessKey } from '../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { beginRun } from '../../../engine/rules/process-runtime.ts';
import { storageError } from '../records/storage-error.ts';
import type { RunLifecycle } from './run-lifecycle.ts';
import type { RunToStart, StartObstacle } from './runner.ts';
import type { RunsContext } from './runs-context.ts';

/** Starts the next run of each process. Resolves with why some could not be started, by key. */
export async function startRuns(
  { state }: RunsContext,
  lifecycle: RunLifecycle,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Error>> {
  const { runner } = lifecycle;
  const now = Date.now();
  const before = keys.map((key) => [key, state.get(key)] as const);
  const runs: RunToStart[] = [];
  const obstacles: [string, StartObstacle][] = [];
  for (const key of keys) {
    lifecycle.cancelRestart(key);
    state.set(key, beginRun(state.get(key), now, runner.outputOffset(key)));
    const obstacle = runner.preflight(key);
    const gpus = state.flags.gpus?.[key];
    if (obstacle === undefined) runs.push({ key, run: state.get(key).run, ...(gpus === undefined ? {} : { gpus }) });
    else obstacles.push([key, obstacle]);
  }
  try {
    // A run is recorded before it exists: log readers rely on it, and so does the next supervisor after a crash.
    await state.write();
  } catch (error) {
    const reason = `cannot be started: ${storageError(error, '').message}`;
    for (const [key, runtime] of before) lifecycle.postpone(key, runtime, reason);
    return new Map(keys.map((key) => [key, error as Error]));
  }
  const errors = new Map(runs.length === 0 ? [] : await runner.start(runs));
  for (const [key, { message }] of errors)
    lifecycle.settle(key, { exitCode: 126, time: Date.now(), reason: `cannot be started: ${message}` });
  for (const [key, obstacle] of obstacles) {
    lifecycle.settle(key, { ...obstacle, time: now });
    // A launch continues without this process: the others may be useful, and its state says why it failed.
    if (state.flags.launched) errors.set(key, cannotStart(key, obstacle.reason));
  }
  return errors;
}

function cannotStart(key: string, reason = 'cannot be started'): SymphonyError {
  return new SymphonyError('failed', `Process ${formatProcess(parseProcessKey(key))} ${reason}.`);
}
