import type { LineIndex } from './line-index.ts';
import type { BufferedLine } from './log-buffer.ts';

/** Lines by position, as a window on them needs them. Each has a sequence number that it keeps. */
export type LogRows = Pick<LineIndex, 'count' | 'sequenceAt' | 'lineAt' | 'positionOf'>;

/** Lines with others before them, whose sequence numbers are negative. */
export function withHead(lines: LogRows, head: readonly BufferedLine[]): LogRows {
  const { length } = head;
  if (length === 0) return lines;
  return {
    get count() {
      return length + lines.count;
    },
    sequenceAt: (position) =>
      position >= 0 && position < length ? position - length : lines.sequenceAt(position - length),
    lineAt: (position) => head[position] ?? lines.lineAt(position - length),
    positionOf: (sequence) => (sequence < 0 ? Math.max(0, length + sequence) : length + lines.positionOf(sequence)),
  };
}
