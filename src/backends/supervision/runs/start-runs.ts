import { rmSync } from 'node:fs';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { parseProcessKey } from '../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { beginRun, maxRecordedRuns, type RunEnding } from '../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { RunsContext } from '../experiment/runs-context.ts';
import { preflightCheck } from '../keeper/runs/preflight-check.ts';
import { preventRun } from '../keeper/runs/run-files.ts';
import type { ExperimentFolder } from '../records/experiment-folder.ts';
import { storageError } from '../records/storage-error.ts';
import type { RunLifecycle } from './run-lifecycle.ts';
import type { RunStarter, RunToStart } from './run-starter.ts';

/** Starts the next run of each process. Resolves with why some could not be started, by key. */
export async function startRuns(
  context: RunsContext,
  lifecycle: RunLifecycle,
  starter: RunStarter,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Error>> {
  const { state, folder, record } = context;
  const now = Date.now();
  const before = keys.map((key) => [key, state.get(key)] as const);
  const runs: RunToStart[] = [];
  const obstacles: [string, Omit<RunEnding, 'time'>][] = [];
  for (const key of keys) {
    lifecycle.cancelRestart(key);
    const run = beginNextRun(context, lifecycle, key, now);
    const { PATH } = run.process.env;
    const searchPath = typeof PATH === 'string' ? PATH : record.searchPath;
    const obstacle = preflightCheck({ ...run.process, searchPath });
    if (obstacle === undefined) runs.push(run);
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
  for (const { key, run } of runs) {
    lifecycle.trimLog(key);
    removeOldRunFiles(folder, key, run);
  }
  const errors = await startKeepers(context, lifecycle, starter, runs);
  for (const [key, obstacle] of obstacles) {
    lifecycle.settle(key, { ...obstacle, time: now });
    // A launch continues without this process: the others may be useful, and its state says why it failed.
    if (state.flags.launched) errors.set(key, cannotStart(key, obstacle.reason));
  }
  return errors;
}

function beginNextRun(
  { state, folder, processes }: RunsContext,
  lifecycle: RunLifecycle,
  key: string,
  now: number,
): RunToStart {
  state.set(key, beginRun(state.get(key), now, lifecycle.logSize(key)));
  const { run } = state.get(key);
  return {
    process: processes.get(key) as ResolvedProcess,
    key,
    run,
    launchFile: folder.launchFile(key),
    runPath: folder.run(key, run),
    logFile: folder.log(key),
  };
}

async function startKeepers(
  { record }: RunsContext,
  lifecycle: RunLifecycle,
  starter: RunStarter,
  runs: readonly RunToStart[],
): Promise<Map<string, Error>> {
  const errors = new Map<string, Error>();
  if (runs.length === 0) return errors;
  const failed = await starter
    .start(record, runs)
    .catch((error: Error) => new Map(runs.map(({ key }) => [key, error] as const)));
  for (const { key, runPath } of runs) {
    const error = failed.get(key);
    // Despite the error, some runs of the batch may have been started.
    if (error === undefined || !(await preventRun(runPath))) continue;
    errors.set(key, error);
    lifecycle.settle(key, { exitCode: 126, time: Date.now(), reason: `cannot be started: ${error.message}` });
  }
  return errors;
}

function removeOldRunFiles(folder: ExperimentFolder, key: string, run: number): void {
  if (run <= maxRecordedRuns) return;
  const old = folder.run(key, run - maxRecordedRuns);
  rmSync(`${old}.pid`, { force: true });
  rmSync(`${old}.exit`, { force: true });
}

function cannotStart(key: string, reason = 'cannot be started'): SymphonyError {
  return new SymphonyError('failed', `Process ${formatProcess(parseProcessKey(key))} ${reason}.`);
}
