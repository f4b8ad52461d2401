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

export interface LogOptions {
  /** Goes on, across restarts, until every process has ended for good or the signal aborts. */
  readonly follow?: boolean;
  /** At most so many of the last lines of each process that there are at the start; without it, all. 0 is none. */
  readonly tail?: number;
  /** Only lines from then on. */
  readonly since?: Date;
  /** Fill in each line's time. */
  readonly timestamps?: boolean;
  /** The run before the current one instead. */
  readonly previous?: boolean;
  /** Every run that is still kept, not only the current one. */
  readonly all?: boolean;
  readonly signal?: AbortSignal;
}

/** A line longer than this is cut there, and the cut is marked. */
export const maximumLineBytes = 64 * 1024;
export const cutMarker = ' …[line cut by symphony]';
