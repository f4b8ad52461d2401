import type { TimedLine } from './timed-lines.ts';

/**
 * The position up to which a log was read, for resuming after a lost connection. The API server accepts times in whole
 * seconds only, so repeated lines of that second are skipped up to the last line that was read.
 */
export class TimedPosition {
  #last: TimedLine | undefined;
  /** The number of consecutive identical last lines. */
  #count = 0;

  get hasRead(): boolean {
    return this.#last !== undefined;
  }

  /** Advances the position past a line. */
  note(line: TimedLine): void {
    this.#count = this.#last !== undefined && isSame(line, this.#last) ? this.#count + 1 : 1;
    this.#last = line;
  }

  /** The start time for the next request and a filter for its new lines; undefined if nothing was read yet. */
  resume(): { readonly sinceTime: string; readonly unread: UnreadLines } | undefined {
    if (this.#last === undefined) return undefined;
    // stdout and stderr can be slightly out of order, even across seconds.
    const before = new Date(Date.parse(this.#last.time) - 1000);
    return { sinceTime: toSecond(before), unread: new UnreadLines(this.#last, this.#count) };
  }
}

/** Maximum number of lines that are held back until it is clear whether they are new. */
const maxHeldLines = 10_000;

/** Filters lines that were read before from the beginning of a stream. */
export class UnreadLines {
  readonly #last: TimedLine;
  readonly #count: number;
  #found = 0;
  #isPast = false;
  #hasGap = false;
  #held: TimedLine[] = [];

  /** @param count the number of consecutive identical last lines */
  constructor(last: TimedLine, count: number) {
    this.#last = last;
    this.#count = count;
  }

  /** Whether the last read line did not reappear: it is gone, or this is another log. */
  get hasGap(): boolean {
    return this.#hasGap;
  }

  /** As `take`, for lines of which the last may be open. */
  takeBatch(lines: readonly TimedLine[]): readonly TimedLine[] {
    const open = lines.at(-1);
    if (!open?.isOpen) return this.take(lines);
    const unread = this.take(lines.slice(0, -1));
    return this.#isPast ? [...unread, open] : unread;
  }

  take(lines: readonly TimedLine[]): readonly TimedLine[] {
    if (this.#isPast) return lines;
    for (const [index, line] of lines.entries()) {
      if (isSame(line, this.#last)) {
        this.#found += 1;
        if (this.#found < this.#count) continue;
        this.#isPast = true;
        this.#held = [];
        return lines.slice(index + 1);
      }
      // The last read line has not appeared before a clearly later one, so it is gone.
      if (Date.parse(line.time) > Date.parse(this.#last.time) + 1000 || this.#held.length >= maxHeldLines) {
        return [...this.rest(), ...lines.slice(index)];
      }
      if (line.time > this.#last.time) this.#held.push(line);
    }
    return [];
  }

  /** Returns the lines held back, at the end of the stream. */
  rest(): readonly TimedLine[] {
    if (!this.#isPast) this.#hasGap = true;
    this.#isPast = true;
    const held = this.#held;
    this.#held = [];
    return held;
  }
}

/** Formats a time in whole seconds, as the API server requires. */
export function toSecond(time: string | Date): string {
  const date = new Date(time);
  return `${date.toISOString().slice(0, 19)}Z`;
}

function isSame(a: TimedLine, b: TimedLine): boolean {
  return a.time === b.time && a.text === b.text;
}
