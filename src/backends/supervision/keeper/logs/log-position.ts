import { readFileSync } from 'node:fs';
import { isExhausted } from '../../../kit/logs/descriptor-pool.ts';

/** Start of a log. Everything before `start` was dropped to keep the log within its limit. */
export interface LogHead {
  /** Offset of the first byte that still exists. */
  readonly start: number;
  /**
   * Subtracted from an offset to get the position in the file: 0, unless the file had to be truncated because its file
   * system cannot punch holes.
   */
  readonly base: number;
}

/** Records that the log had this many bytes at this time. */
export interface TimeMark {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly offset: number;
}

export function headPath(log: string): string {
  return `${log}.head`;
}

export function indexPath(log: string): string {
  return `${log}.index`;
}

/**
 * Reads the head of a log. A log that was never trimmed has no head file, and a damaged one is ignored.
 * @throws The system's error if no more files can be opened, because that says nothing about the log
 */
export function readHead(log: string): LogHead {
  try {
    const { start, base } = JSON.parse(readFileSync(headPath(log), 'utf8')) as Partial<LogHead>;
    return { start: Number(start) || 0, base: Number(base) || 0 };
  } catch (error) {
    if (isExhausted(error)) throw error;
    return { start: 0, base: 0 };
  }
}

/** The marks of a log, oldest first; damaged lines are skipped. */
export function readTimeMarks(log: string): TimeMark[] {
  let text: string;
  try {
    text = readFileSync(indexPath(log), 'utf8');
  } catch {
    return [];
  }
  return parseTimeMarks(text);
}

export function parseTimeMarks(text: string): TimeMark[] {
  const marks: TimeMark[] = [];
  for (const line of text.split('\n')) {
    const match = /^(\d+) (\d+)$/.exec(line);
    if (match !== null) marks.push({ time: Number(match[1]), offset: Number(match[2]) });
  }
  return marks;
}

export function formatTimeMark(mark: TimeMark): string {
  return `${Math.round(mark.time)} ${mark.offset}\n`;
}

/** Offset from which everything was written at or after that time. */
export function offsetSince(marks: readonly TimeMark[], time: number): number {
  const after = firstIndex(marks, (mark) => mark.time >= time);
  return after === 0 ? 0 : (marks[after - 1]?.offset ?? 0);
}

/** Offset up to which everything was written by the end of that second. */
export function offsetUntil(marks: readonly TimeMark[], time: number): number {
  const nextSecond = (Math.floor(time / 1000) + 1) * 1000;
  return marks[firstIndex(marks, (mark) => mark.time >= nextSecond) - 1]?.offset ?? 0;
}

/** Finds the times of bytes, optimized for ascending offsets: all bytes between two marks have the same time. */
export class TimeLookup {
  readonly #marks: readonly TimeMark[];
  #from = 0;
  #to = 0;
  #time: number | undefined;

  constructor(marks: readonly TimeMark[]) {
    this.#marks = marks;
  }

  /**
   * Time at which the byte at this offset was written, accurate to the distance of two marks; undefined if not yet
   * known.
   */
  at(offset: number): number | undefined {
    if (offset >= this.#from && offset < this.#to) return this.#time;
    const index = firstIndex(this.#marks, (mark) => mark.offset > offset);
    this.#from = this.#marks[index - 1]?.offset ?? 0;
    this.#to = this.#marks[index]?.offset ?? Number.POSITIVE_INFINITY;
    this.#time = this.#marks[index]?.time;
    return this.#time;
  }
}

/** Binary search. Marks ascend in time and offset, so a condition that holds for one mark holds for all later ones. */
function firstIndex(marks: readonly TimeMark[], isReached: (mark: TimeMark) => boolean): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isReached(marks[middle] as TimeMark)) high = middle;
    else low = middle + 1;
  }
  return low;
}
