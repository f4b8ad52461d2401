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

/** Lines with others after them, whose sequence numbers are higher than any line's own. */
export function withTail(lines: LogRows, tail: readonly BufferedLine[]): LogRows {
  const { length } = tail;
  if (length === 0) return lines;
  const first = Number.MAX_SAFE_INTEGER - length;
  return {
    get count() {
      return lines.count + length;
    },
    sequenceAt(position) {
      const after = position - lines.count;
      if (after < 0) return lines.sequenceAt(position);
      return after < length ? first + after : undefined;
    },
    lineAt: (position) => tail[position - lines.count] ?? lines.lineAt(position),
    positionOf: (sequence) => (sequence >= first ? lines.count + sequence - first : lines.positionOf(sequence)),
  };
}
