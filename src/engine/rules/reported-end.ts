import { isAlive } from '../contract/status.ts';
import { lacksExitCode, type ProcessRuntime, type RunEnding } from './process-runtime.ts';

/**
 * - `settle`: it determines the next state of the process
 * - `amend`: it completes the record of a run that was given up
 * - `ignore`: nothing new
 */
export type ReportVerdict = 'settle' | 'amend' | 'ignore';

/** Whether the end of a run is not on record yet, or not with its exit code. */
export function lacksEnd(runtime: ProcessRuntime, run: number): boolean {
  return isUnderWay(runtime, run) || lacksExitCode(runtime, run);
}

/**
 * Judges a report of the end of a run. Reports may come late and repeatedly; an exit code counts at any time, also for
 * a process that was recorded as lost.
 */
export function judgeReportedEnd(
  runtime: ProcessRuntime,
  run: number,
  ending: Pick<RunEnding, 'exitCode'>,
): ReportVerdict {
  if (isUnderWay(runtime, run)) return 'settle';
  if (ending.exitCode === undefined || !lacksExitCode(runtime, run)) return 'ignore';
  return runtime.run === run && runtime.state === 'lost' ? 'settle' : 'amend';
}

function isUnderWay(runtime: ProcessRuntime, run: number): boolean {
  return runtime.run === run && isAlive(runtime.state);
}
