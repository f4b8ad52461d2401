import type { ProcessReference } from './status.ts';

export interface LogLine extends ProcessReference {
  /** From 1. */
  readonly run: number;
  /**
   * - `line`: what the process wrote
   * - `restart`: a marker between two runs; `text` says how the earlier one ended
   * - `notice`: Symphony's own word, on lines dropped or a log cut short
   */
  readonly kind: 'line' | 'restart' | 'notice';
  /** Without its line end; escape sequences and carriage returns as written. */
  readonly text: string;
  /** ISO 8601 in UTC, to the second; only where it is known. */
  readonly time?: string;
}

/** The lines of a process that `tail` leaves out, of those that the other options mean. */
export interface LeftOutLines extends ProcessReference {
  /** How many; absent where the backend does not count them: they are many, or it would have to ask for them all. */
  readonly lines?: number;
  /** Their size; absent where it is not known. */
  readonly bytes?: number;
}

export interface LogOptions {
  /** Goes on, across restarts, until every process has ended for good or the signal aborts. */
  readonly follow?: boolean;
  /** At most so many of the last lines of each process that there are at the start; without it, all. 0 is none. */
  readonly tail?: number;
  /** Only lines from then on. */
  readonly since?: Date;
  /** Only lines written up to then, to the second. Nothing is followed then. */
  readonly until?: Date;
  /** Told of each process of which `tail` leaves lines out, before the first line of that process is given. */
  readonly onLeftOut?: (left: LeftOutLines) => void;
  /** Fill in each line's time. */
  readonly timestamps?: boolean;
  /** The run before the current one instead. */
  readonly previous?: boolean;
  /** Every run that is still kept, not only the current one. */
  readonly all?: boolean;
  /**
   * Bytes of one line: a longer line is cut there, and the cut is marked. 64 KiB (`maximumLineBytes`) by default, at most
   * `longestLineBytes`; a reader holds this much of each process in memory.
   */
  readonly lineLimit?: number;
  readonly signal?: AbortSignal;
}

/** What was read of one process's log: bytes as the process wrote them, or a marker or notice between them. */
export type LogPiece = Uint8Array | LogLine;

/** A line longer than this is cut there, and the cut is marked. */
export const maximumLineBytes = 64 * 1024;
/** The most that `lineLimit` can ask for: also escaped as JSON, such a line fits into one string. */
export const longestLineBytes = 64 * 1024 * 1024;
export const cutMarker = ' …[line cut by symphony]';

/** The beginning of a line that is longer than `maximumLineBytes`, marked as cut; any other line as it is. */
export function cutLongLine(text: string): string {
  // One UTF-16 unit is at most three bytes.
  if (text.length * 3 <= maximumLineBytes) return text;
  const bytes = Buffer.from(text);
  return bytes.length <= maximumLineBytes ? text : cutLine(bytes, maximumLineBytes);
}

/** The first `limit` bytes of a line as text, without the character that the cut goes through, and the mark of the cut. */
export function cutLine(bytes: Uint8Array, limit: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(limit, bytes.length)).toString('utf8');
  return text.replace(/\uFFFD+$/, '') + cutMarker;
}
