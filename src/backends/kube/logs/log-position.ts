import type { TimedLine } from './timed-lines.ts';

/**
 * How far a log was read, so that reading can go on after a lost connection. The API server takes a time to the second
 * alone: what comes again of that second is passed over up to the last line that was read.
 */
export class LogPosition {
  #last: TimedLine | undefined;
  /** How often it was read in a row. */
  #count = 0;

  get hasRead(): boolean {
    return this.#last !== undefined;
  }

  /** Notes a line that was read. */
  note(line: TimedLine): void {
    this.#count = this.#last !== undefined && isSame(line, this.#last) ? this.#count + 1 : 1;
    this.#last = line;
  }

  /** From where to ask, and what of the answer is new; undefined if nothing was read yet. */
  resume(): { readonly sinceTime: string; readonly unread: UnreadLines } | undefined {
    if (this.#last === undefined) return undefined;
    // The two outputs of a process overtake each other by a little, also from one second to the next.
    const before = new Date(Date.parse(this.#last.time) - 1000);
    return { sinceTime: toSecond(before), unread: new UnreadLines(this.#last, this.#count) };
  }
}

/** Lines that may be new are held back at most so many, until it is clear. */
const maxHeldLines = 10_000;

/** Of lines that begin with some that were read before, those that were not. */
export class UnreadLines {
  readonly #last: TimedLine;
  readonly #count: number;
  #found = 0;
  #isPast = false;
  #hasGap = false;
  #held: TimedLine[] = [];

  /** @param count how often the last line stands in a row */
  constructor(last: TimedLine, count: number) {
    this.#last = last;
    this.#count = count;
  }

  /** The last line that was read did not come again: it is gone, or this is another log. */
  get hasGap(): boolean {
    return this.#hasGap;
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
      // A later line is new only if the last one is gone.
      if (Date.parse(line.time) > Date.parse(this.#last.time) + 1000 || this.#held.length >= maxHeldLines) {
        return [...this.rest(), ...lines.slice(index)];
      }
      if (line.time > this.#last.time) this.#held.push(line);
    }
    return [];
  }

  /** What was held back, for when nothing will follow. */
  rest(): readonly TimedLine[] {
    if (!this.#isPast) this.#hasGap = true;
    this.#isPast = true;
    const held = this.#held;
    this.#held = [];
    return held;
  }
}

/** As the API server takes it. */
export function toSecond(time: string | Date): string {
  const date = new Date(time);
  return `${date.toISOString().slice(0, 19)}Z`;
}

function isSame(a: TimedLine, b: TimedLine): boolean {
  return a.time === b.time && a.text === b.text;
}
