import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { TimedLine } from './timed-lines.ts';

/** The lines of one run of a process, with their times if they are wanted. */
export function toLogLines(
  { group, name }: ProcessReference,
  run: number,
  lines: readonly TimedLine[],
  { timestamps }: Pick<LogOptions, 'timestamps'>,
): LogLine[] {
  return lines.map(({ text, time, isOpen }) => ({
    group,
    name,
    run,
    kind: isOpen ? 'open' : 'line',
    text,
    ...(timestamps && { time: new Date(time).toISOString() }),
  }));
}
