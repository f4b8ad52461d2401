import type { LogLine } from '../../engine/logs.ts';
import { formatProcess } from '../../engine/status.ts';
import { sanitizeLine } from '../text/sanitize.ts';

/** One line as it is kept: ready to be drawn and searched. */
export interface BufferedLine {
  readonly kind: LogLine['kind'];
  /** Whose it is: an index into `sources`. */
  readonly source: number;
  readonly text: string;
  readonly plain: string;
  readonly time: string | undefined;
}

export interface LogLimits {
  readonly lines: number;
  /** Of all lines together, UTF-16 units: about as many bytes for plain text, twice that otherwise. */
  readonly characters: number;
}

/** What is kept of a log while it is looked at. The log itself, on the cluster, keeps more. */
export const logLimits: LogLimits = { lines: 25_000, characters: 8 * 1024 * 1024 };

/**
 * The last lines of one or several logs. Every line has a sequence number, from 0, which it keeps; the oldest lines are
 * dropped when a limit is reached, and counted.
 */
export class LogBuffer {
  readonly #limits: LogLimits;
  readonly #ring: (BufferedLine | undefined)[] = [];
  readonly #sources: string[] = [];
  readonly #sourceIndexes = new Map<string, number>();
  #first = 0;
  #end = 0;
  #characters = 0;
  #dropped = 0;

  constructor(limits: LogLimits = logLimits) {
    this.#limits = limits;
  }

  /** How many lines were dropped because a limit was reached. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The sequence number of the oldest line that is kept. */
  get first(): number {
    return this.#first;
  }

  /** One more than the sequence number of the newest line. */
  get end(): number {
    return this.#end;
  }

  /** `group/name` of every process that wrote a line, in the order in which they first did. */
  get sources(): readonly string[] {
    return this.#sources;
  }

  append(lines: readonly LogLine[]): void {
    for (const line of lines) this.#push(line);
  }

  at(sequence: number): BufferedLine | undefined {
    if (sequence < this.#first || sequence >= this.#end) return undefined;
    return this.#ring[sequence % this.#limits.lines];
  }

  /** Forgets every line and the count of dropped ones; numbers go on. */
  clear(): void {
    this.#ring.length = 0;
    this.#first = this.#end;
    this.#characters = 0;
    this.#dropped = 0;
  }

  #push(line: LogLine): void {
    const { text, plain } = sanitizeLine(line.text);
    const source = this.#indexOf(formatProcess(line));
    if (this.#end - this.#first >= this.#limits.lines) this.#dropOldest();
    this.#ring[this.#end % this.#limits.lines] = { kind: line.kind, source, text, plain, time: line.time };
    this.#end += 1;
    this.#characters += text.length;
    while (this.#characters > this.#limits.characters && this.#end - this.#first > 1) this.#dropOldest();
  }

  #dropOldest(): void {
    const index = this.#first % this.#limits.lines;
    this.#characters -= this.#ring[index]?.text.length ?? 0;
    this.#ring[index] = undefined;
    this.#first += 1;
    this.#dropped += 1;
  }

  #indexOf(source: string): number {
    const known = this.#sourceIndexes.get(source);
    if (known !== undefined) return known;
    this.#sourceIndexes.set(source, this.#sources.length);
    return this.#sources.push(source) - 1;
  }
}
