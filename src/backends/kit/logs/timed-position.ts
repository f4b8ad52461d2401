import type { TimedLine } from './timed-lines.ts';

/** Times whose lines are counted. */
const maxTimes = 8;

/**
 * The position up to which a log was read, for resuming after a lost connection. Servers accept times in whole seconds only,
 * and some know no finer ones, so lines of that time that were read before are skipped: as many as were read, up to one
 * that is the same as the last of them.
 */
export class TimedPosition {
  #last: TimedLine | undefined;
  /** The numbers of lines read of each of the newest times: those of two streams can alternate. */
  readonly #counts = new Map<string, number>();

  get hasRead(): boolean {
    return this.#last !== undefined;
  }

  /** Advances the position past a line. */
  note(line: TimedLine): void {
    this.#last = line;
    this.#counts.set(line.time, (this.#counts.get(line.time) ?? 0) + 1);
    if (this.#counts.size <= maxTimes) return;
    const [oldest = ''] = this.#counts.keys();
    this.#counts.delete(oldest);
  }

  /** Goes back to before the first line. */
  reset(): void {
    this.#last = undefined;
    this.#counts.clear();
  }

  /** The start time for the next request and a filter for its new lines; undefined if nothing was read yet. */
  resume(): { readonly sinceTime: string; readonly unread: UnreadLines } | undefined {
    if (this.#last === undefined) return undefined;
    // stdout and stderr can be slightly out of order, even across seconds.
    const before = new Date(Date.parse(this.#last.time) - 1000);
    return { sinceTime: toSecond(before), unread: new UnreadLines(this.#last, this.#counts.get(this.#last.time) ?? 1) };
  }
}

/** Maximum number of lines that are held back until it is clear whether they are new. */
const maxHeldLines = 10_000;

/** Filters lines that were read before from the beginning of a stream. */
export class UnreadLines {
  readonly #last: TimedLine;
  readonly #count: number;
  /** The number of lines with the time of the last one that have reappeared. */
  #found = 0;
  #isPast = false;
  #hasGap = false;
  #held: TimedLine[] = [];

  /** @param count the number of lines with the time of the last one that were read, itself included */
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
      if (line.time === this.#last.time) {
        this.#found += 1;
        if (this.#found >= this.#count && line.text === this.#last.text) {
          this.#isPast = true;
          this.#held = [];
          return lines.slice(index + 1);
        }
      }
      // The last read line has not appeared before a clearly later one, so it is gone.
      if (Date.parse(line.time) > Date.parse(this.#last.time) + 1000) return [...this.rest(), ...lines.slice(index)];
      if (line.time >= this.#last.time) this.#held.push(line);
      if (this.#held.length <= maxHeldLines) continue;
      if (this.#found >= this.#count) return [...this.rest(), ...lines.slice(index + 1)];
      // These were read before.
      this.#held.splice(0, maxHeldLines / 2);
    }
    return [];
  }

  /** Returns the lines held back, at the end of the stream. */
  rest(): readonly TimedLine[] {
    if (this.#isPast) return [];
    this.#isPast = true;
    // Lines before the last read one may be gone, so that there are fewer than were counted.
    const last = this.#held.findIndex(({ time, text }) => time === this.#last.time && text === this.#last.text);
    this.#hasGap = last < 0;
    const unread = this.#held.slice(last + 1);
    this.#held = [];
    return unread;
  }
}

/** Formats a time in whole seconds, as the API server requires. */
export function toSecond(time: string | Date): string {
  const date = new Date(time);
  return `${date.toISOString().slice(0, 19)}Z`;
}
