import { readFileSync } from 'node:fs';
import { isExhausted } from './descriptor-pool.ts';

/** Where a log starts: everything before `start` was given up to keep it to its size. */
export interface LogHead {
  /** Offset of the first byte that is kept. */
  readonly start: number;
  /**
   * What to take off an offset to find its place in the file: 0, unless the file had to be cut because its file system
   * cannot punch holes.
   */
  readonly base: number;
}

/** That at this time the log had this many bytes. */
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
 * A log that was never too long has no such file, and a damaged one says nothing.
 * @throws What the system says if no more files can be opened: that is no word about the log
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

/** The marks of a log, oldest first; damaged lines are passed over. */
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

/** The offset from which on everything was written after that time. */
export function offsetSince(marks: readonly TimeMark[], time: number): number {
  const after = firstIndex(marks, (mark) => mark.time >= time);
  return after === 0 ? 0 : (marks[after - 1]?.offset ?? 0);
}

/** The offset up to which everything was written by the end of that second. */
export function offsetUntil(marks: readonly TimeMark[], time: number): number {
  const nextSecond = (Math.floor(time / 1000) + 1) * 1000;
  return marks[firstIndex(marks, (mark) => mark.time >= nextSecond) - 1]?.offset ?? 0;
}

/** Finds the times of bytes that are asked for mostly in order: between two marks all have the same. */
export class TimeLookup {
  readonly #marks: readonly TimeMark[];
  #from = 0;
  #to = 0;
  #time: number | undefined;

  constructor(marks: readonly TimeMark[]) {
    this.#marks = marks;
  }

  /** When the byte at this offset was written, to the distance of two marks; undefined if that is not known yet. */
  at(offset: number): number | undefined {
    if (offset >= this.#from && offset < this.#to) return this.#time;
    const index = firstIndex(this.#marks, (mark) => mark.offset > offset);
    this.#from = this.#marks[index - 1]?.offset ?? 0;
    this.#to = this.#marks[index]?.offset ?? Number.POSITIVE_INFINITY;
    this.#time = this.#marks[index]?.time;
    return this.#time;
  }
}

/** Marks are in order of time and of offset, so what is true of one is true of all after it. */
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
