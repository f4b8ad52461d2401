import type { LogLine } from '../../../../engine/contract/logs.ts';
import { formatProcess } from '../../../../engine/contract/status.ts';
import { sanitizeLine } from '../../../shell/text/sanitize.ts';

/** One line of a buffer, ready to be rendered and searched. */
export interface BufferedLine {
  /** `missing` stands for lines that are not loaded, `end` for the end of a process; the other kinds are those of a log. */
  readonly kind: LogLine['kind'] | 'missing' | 'end';
  /** The process that wrote it: an index into `sources`. */
  readonly source: number;
  readonly text: string;
  readonly plain: string;
  readonly time: string | undefined;
}

export interface LogLimits {
  readonly lines: number;
  /** UTF-16 units of all lines together: one byte each for plain text, two otherwise. */
  readonly characters: number;
}

/** The limits of a log in a view. The log on the cluster keeps more. */
export const logLimits: LogLimits = { lines: 25_000, characters: 8 * 1024 * 1024 };

/**
 * The last lines of one or several logs. Every line has a permanent sequence number, from 0. When a limit is reached, the
 * buffer drops and counts the oldest lines. Open lines are beside them, one for each process, because they change.
 */
export class LogBuffer {
  readonly #limits: LogLimits;
  readonly #ring: (BufferedLine | undefined)[] = [];
  readonly #sources: string[] = [];
  readonly #sourceIndexes = new Map<string, number>();
  /** For each source, how many of its lines were dropped. */
  readonly #droppedOf: number[] = [];
  /** By source. */
  readonly #open = new Map<number, BufferedLine>();
  #first = 0;
  #end = 0;
  #characters = 0;
  #dropped = 0;
  #lineCount = 0;
  #newestRun = 0;

  constructor(limits: LogLimits = logLimits) {
    this.#limits = limits;
  }

  /** How many lines were dropped because a limit was reached. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The highest run number of all lines so far. */
  get newestRun(): number {
    return this.#newestRun;
  }

  /** How many lines of processes the buffer holds; markers and notices do not count. */
  get lineCount(): number {
    return this.#lineCount;
  }

  /** How many lines of a process were dropped, by `group/name`. */
  droppedOf(source: string): number {
    return this.#droppedOf[this.#sourceIndexes.get(source) ?? -1] ?? 0;
  }

  /** The sequence number of the oldest line in the buffer. */
  get first(): number {
    return this.#first;
  }

  /** One more than the sequence number of the newest line. */
  get end(): number {
    return this.#end;
  }

  /** The newest state of each line that has not ended yet. */
  get openLines(): readonly BufferedLine[] {
    return [...this.#open.values()];
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

  /** Removes every line and resets the counts; sequence numbers continue. */
  clear(): void {
    this.#ring.length = 0;
    this.#first = this.#end;
    this.#characters = 0;
    this.#dropped = 0;
    this.#newestRun = 0;
    this.#lineCount = 0;
    this.#droppedOf.fill(0);
    this.#open.clear();
  }

  #push(line: LogLine): void {
    const { text, plain } = sanitizeLine(line.text);
    const source = this.#indexOf(formatProcess(line));
    const buffered = { kind: line.kind, source, text, plain, time: line.time };
    if (line.kind === 'open') {
      this.#open.set(source, buffered);
      return;
    }
    this.#open.delete(source);
    if (this.#end - this.#first >= this.#limits.lines) this.#dropOldest();
    this.#ring[this.#end % this.#limits.lines] = buffered;
    this.#end += 1;
    if (line.kind === 'line') this.#lineCount += 1;
    this.#newestRun = Math.max(this.#newestRun, line.run);
    this.#characters += text.length;
    while (this.#characters > this.#limits.characters && this.#end - this.#first > 1) this.#dropOldest();
  }

  #dropOldest(): void {
    const index = this.#first % this.#limits.lines;
    const line = this.#ring[index];
    this.#characters -= line?.text.length ?? 0;
    this.#ring[index] = undefined;
    this.#first += 1;
    if (line?.kind !== 'line') return;
    this.#lineCount -= 1;
    this.#dropped += 1;
    this.#droppedOf[line.source] = (this.#droppedOf[line.source] ?? 0) + 1;
  }

  #indexOf(source: string): number {
    const known = this.#sourceIndexes.get(source);
    if (known !== undefined) return known;
    this.#sourceIndexes.set(source, this.#sources.length);
    return this.#sources.push(source) - 1;
  }
}
