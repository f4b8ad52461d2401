import { type Ending, formatEnd } from './describe-ending.ts';
import { countOf } from './sentences.ts';

/**
 * The text of the marker between two runs of a process: `run 1 exited with code 3; run 2 begins`.
 * @param run the run that begins
 * @param previous how the run before it ended; undefined if that is unknown
 */
export function describeRestart(run: number, previous: Ending | undefined): string {
  return `run ${run - 1} ${endClause(previous)}; run ${run} begins`;
}

function endClause(end: Ending = {}): string {
  if (end.reason !== undefined) return `ended: ${formatEnd(end)}`;
  if (end.signal === 'SIGKILL') return 'was killed by SIGKILL';
  if (end.signal !== undefined) return `was ended by ${end.signal}`;
  return end.exitCode === undefined ? 'ended' : `exited with code ${end.exitCode}`;
}

/** How a run ended after which the limit of restarts was reached. @param why how it ended, in words */
export function describeExhausted(why: string, restarts: number): string {
  return `${why}; not started again after ${countOf(restarts, 'restart')}`;
}
