import type { RunStatus } from '../contract/status.ts';
import { formatEnd } from './format-state.ts';

/** How a run ended, as far as it is known. */
export type RunEnd = Pick<RunStatus, 'exitCode' | 'signal' | 'reason'>;

/**
 * The text of the marker between two runs of a process: `run 1 exited with code 3; run 2 begins`.
 * @param run the run that begins
 * @param previous how the run before it ended; undefined if that is unknown
 */
export function describeRestart(run: number, previous: RunEnd | undefined): string {
  return `run ${run - 1} ${endClause(previous)}; run ${run} begins`;
}

function endClause(end: RunEnd = {}): string {
  if (end.reason !== undefined) return `ended: ${formatEnd(end)}`;
  if (end.signal === 'SIGKILL') return 'was killed by SIGKILL';
  if (end.signal !== undefined) return `was ended by ${end.signal}`;
  return end.exitCode === undefined ? 'ended' : `exited with code ${end.exitCode}`;
}
