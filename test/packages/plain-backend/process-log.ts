import {
  type LogLine,
  type LogOptions,
  longestLineBytes,
  maximumLineBytes,
  type ProcessReference,
  shortenLine,
} from '@symphony-run/symphony/engine';

interface KeptLine {
  readonly bytes: Buffer;
  /** When its end arrived, in milliseconds. */
  readonly time: number;
}

const newline = 0x0a;
const maxBatchLines = 1000;

/** The lines that a process wrote, in memory: the newest of them, up to a size. Lines are numbered from 0. */
export class ProcessLog {
  readonly #maxBytes: number;
  #lines: KeptLine[] = [];
  #bytes = 0;
  #first = 0;
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The number of the first line that is kept. */
  get first(): number {
    return this.#first;
  }

  /** The number of the next line. */
  get next(): number {
    return this.#first + this.#lines.length;
  }

  /** The line that has no end yet; empty if there is none. */
  get unfinished(): Buffer {
    return Buffer.concat(this.#unfinished);
  }

  /** The newest state of the line that has no end yet, after a carriage return if it has overwritten anything. */
  get openText(): string {
    const states = this.unfinished.toString('utf8').replace(/\r+$/, '').split('\r');
    return `${states.length > 1 ? '\r' : ''}${states.at(-1) ?? ''}`.slice(0, maximumLineBytes);
  }

  /** The kept lines from one number up to, not including, another. */
  slice(from: number, to: number): readonly KeptLine[] {
    return this.#lines.slice(Math.max(0, from - this.#first), Math.max(0, to - this.#first));
  }

  add(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#extend(chunk.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    this.#extend(chunk.subarray(start));
    this.#dropOldest();
  }

  /** Adds what follows the last line end as a line. */
  end(): void {
    if (this.#unfinishedBytes > 0) this.#finishLine();
    this.#dropOldest();
  }

  /** Of a longer line than any reader may ask for, keeps one byte more than that, so that every reader cuts it. */
  #extend(bytes: Buffer): void {
    const kept = bytes.subarray(0, longestLineBytes + 1 - this.#unfinishedBytes);
    if (kept.length === 0) return;
    this.#unfinished.push(kept);
    this.#unfinishedBytes += kept.length;
  }

  #finishLine(): void {
    const bytes = Buffer.concat(this.#unfinished);
    this.#lines.push({ bytes, time: Date.now() });
    this.#bytes += bytes.length + 1;
    this.#unfinished = [];
    this.#unfinishedBytes = 0;
  }

  #dropOldest(): void {
    let dropped = 0;
    for (; this.#bytes > this.#maxBytes && dropped < this.#lines.length - 1; dropped += 1)
      this.#bytes -= (this.#lines[dropped]?.bytes.length ?? 0) + 1;
    if (dropped > 0) this.#lines.splice(0, dropped);
    this.#first += dropped;
  }
}

/** Reads a log from where the options begin. */
export class LogReader {
  readonly #reference: ProcessReference;
  readonly #log: ProcessLog;
  readonly #options: LogOptions;
  readonly #end: number;
  #position: number;
  #openText = '';
  /** The line without an end that is the last one of a log that is not followed. */
  #last: readonly Buffer[];

  constructor(reference: ProcessReference, log: ProcessLog, options: LogOptions) {
    this.#reference = reference;
    this.#log = log;
    this.#options = options;
    const { since, until, tail, previous, follow } = options;
    const kept = log.slice(log.first, log.next);
    const count = (holds: (line: KeptLine) => boolean) => kept.filter(holds).length;
    const begin = since === undefined ? 0 : log.first + count(({ time }) => time < since.getTime());
    const end = until === undefined ? log.next : log.first + count(({ time }) => time <= until.getTime());
    // A process has one run here, so the one before is empty.
    this.#end = previous ? 0 : follow && until === undefined ? Number.POSITIVE_INFINITY : end;
    this.#position = Math.min(begin, end);
    const isCurrent = this.#end === log.next && tail !== 0 && log.unfinished.length > 0;
    this.#last = isCurrent ? [log.unfinished] : [];
    const whole = Math.max(0, (tail ?? 0) - this.#last.length);
    const leftOut = tail === undefined ? 0 : end - Math.max(this.#position, log.first) - whole;
    if (leftOut <= 0 || previous) return;
    this.#position = end - whole;
    options.onLeftOut?.({ ...reference, lines: leftOut });
  }

  /** The next lines; none if there are none yet, or no more. */
  next(): LogLine[] {
    const { lineLimit = maximumLineBytes, timestamps } = this.#options;
    const at = (time: number) => (timestamps ? { time: new Date(time).toISOString() } : {});
    const from = Math.max(this.#position, this.#log.first);
    const dropped = Math.min(from, this.#end) - this.#position;
    const lines = this.#log.slice(from, Math.min(this.#end, from + maxBatchLines));
    this.#position = Math.max(this.#position, from + lines.length);
    const last = this.#position === this.#end ? this.#last : [];
    if (last.length > 0) this.#last = [];
    const notice = `lines dropped, because the log is limited in size: ${dropped}`;
    return [
      ...(dropped > 0 ? [{ ...this.#reference, run: 1, kind: 'notice', text: notice } as const] : []),
      ...[...lines, ...last.map((bytes) => ({ bytes, time: Date.now() }))].map(({ bytes, time }) => ({
        ...this.#reference,
        run: 1,
        kind: 'line' as const,
        text: shortenLine(bytes, lineLimit),
        ...at(time),
      })),
      ...(this.#position === this.#log.next ? this.#openLine().map((line) => ({ ...line, ...at(Date.now()) })) : []),
    ];
  }

  /** The line that has no end yet, if it is wanted and has changed. */
  #openLine(): LogLine[] {
    const { follow, openLines } = this.#options;
    const text = this.#log.openText;
    if (!follow || !openLines || text === this.#openText) return [];
    this.#openText = text;
    return text === '' ? [] : [{ ...this.#reference, run: 1, kind: 'open', text }];
  }
}
