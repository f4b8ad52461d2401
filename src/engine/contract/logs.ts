import type { ProcessReference } from './status.ts';

export interface LogLine extends ProcessReference {
  /** From 1. */
  readonly run: number;
  /**
   * - `line`: what the process wrote
   * - `restart`: a marker between two runs; `text` says how the earlier one ended
   * - `notice`: a message of Symphony itself, about dropped lines or a truncated log
   * - `open`: the newest state of a line that the process has not ended yet; only with `openLines`. The next item of the
   *   process, of whatever kind, replaces it, so a reader shows at most one for each process and stores none
   */
  readonly kind: 'line' | 'restart' | 'notice' | 'open';
  /**
   * Without its line end; escape sequences and carriage returns as written. Of an `open` line, what follows its last
   * carriage return, after a carriage return if it has overwritten anything, and at most `maximumLineBytes`.
   */
  readonly text: string;
  /** ISO 8601 in UTC, to the second; absent if unknown. */
  readonly time?: string;
}

/** The lines of a process that the other options select and `tail` leaves out. */
export interface LeftOutLines extends ProcessReference {
  /** Their number; absent where the backend does not count them because there are many, or it would have to read them all. */
  readonly lines?: number;
  /** Their size; absent if unknown. */
  readonly bytes?: number;
}

export interface LogOptions {
  /** Continues, across restarts, until every process has ended for good or the signal aborts. */
  readonly follow?: boolean;
  /** Limits the existing lines of each process to this many of the last ones; all without it, none with 0. */
  readonly tail?: number;
  /**
   * With `follow`: also gives the state of a line without a line end, such as a progress bar, within a second of each
   * change, as an item of kind `open`. A backend that gets no part of a line before its end, or only large parts, gives
   * what it gets. Without it, only whole lines, and an unfinished one once its run has ended.
   */
  readonly openLines?: boolean;
  /** Only lines written at this time or later. */
  readonly since?: Date;
  /** Only lines written up to this time, to the second. Disables `follow`. */
  readonly until?: Date;
  /** Called for each process of which `tail` leaves lines out, before the first line of that process. */
  readonly onLeftOut?: (left: LeftOutLines) => void;
  /** Fill in each line's time. */
  readonly timestamps?: boolean;
  /** Read the run before the current one instead. */
  readonly previous?: boolean;
  /** Read every run that is still kept, not only the current one. */
  readonly all?: boolean;
  /**
   * The limit of one line in bytes: a longer line is cut there, and the cut is marked. A longer line that carriage returns
   * overwrote is reduced to its newest state, after a mark that says so and a carriage return. 64 KiB (`maximumLineBytes`) by
   * default, at most `longestLineBytes`; a reader holds this much of each process in memory.
   */
  readonly lineLimit?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A piece of one process's log: bytes as the process wrote them, or a marker or notice between them. */
export type LogPiece = Uint8Array | LogLine;

/** A line longer than this is cut there, and the cut is marked. */
export const maximumLineBytes = 64 * 1024;
/** The maximum of `lineLimit`: even escaped as JSON, such a line fits into one string. */
export const longestLineBytes = 64 * 1024 * 1024;
export const cutMarker = ' …[line cut by symphony]';
/** In place of the earlier states of an overlong line that carriage returns overwrote. */
export const cutStatesMarker = '…[earlier states cut by symphony]\r';

/** Shortens a line longer than `maximumLineBytes`, as `shortenLine` does; returns any other line unchanged. */
export function cutLongLine(text: string): string {
  // One UTF-16 unit is at most three bytes of UTF-8.
  if (text.length * 3 <= maximumLineBytes) return text;
  const bytes = Buffer.from(text);
  return bytes.length <= maximumLineBytes ? text : shortenLine(bytes, maximumLineBytes);
}

const carriageReturn = 0x0d;

/**
 * The text of a line that may be longer than the limit, without its line end: as written, or else its newest state after
 * `cutStatesMarker`, cut after `limit` bytes. Invalid UTF-8 becomes U+FFFD.
 */
export function shortenLine(bytes: Uint8Array, limit: number): string {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (whole.length <= limit) return whole.toString('utf8', 0, whole.length - (whole.at(-1) === carriageReturn ? 1 : 0));
  const end = textLength(whole);
  const start = end === 0 ? 0 : whole.lastIndexOf(carriageReturn, end - 1) + 1;
  const mark = textLength(whole.subarray(0, start)) > 0 ? cutStatesMarker : '';
  const state = whole.subarray(start, end);
  return mark + (state.length > limit ? cutLine(state, limit) : state.toString('utf8'));
}

/** The length of a line, or of a part of one, without the carriage returns at its end. */
export function textLength(bytes: Uint8Array): number {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === carriageReturn) length -= 1;
  return length;
}

/** The first `limit` bytes of a line as text, without the character that the cut splits, and the mark of the cut. */
export function cutLine(bytes: Uint8Array, limit: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(limit, bytes.length)).toString('utf8');
  return text.replace(/\uFFFD+$/, '') + cutMarker;
}
