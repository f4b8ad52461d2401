import type { LineIndex } from './line-index.ts';
import type { BufferedLine } from './log-buffer.ts';

/** The part of a line index that a window needs: lines by position, each with a permanent sequence number. */
export type LogRows = Pick<LineIndex, 'count' | 'sequenceAt' | 'lineAt' | 'positionOf'>;

/** Adds lines at the head, with negative sequence numbers. */
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

/** Adds lines at the tail, with higher sequence numbers than any other line. */
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
