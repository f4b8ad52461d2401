import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { TimedLine } from '../../kit/logs/timed-lines.ts';

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
