import type { LogLine } from '../contract/logs.ts';
import { encodeTimes, type GrowthMark, type LogContent } from './log-index.ts';

/** Lines are dropped from the beginning in pieces of at most this size. */
const maxPieceBytes = 64 * 1024;

/** Consecutive lines of one run with one time. */
interface Piece {
  readonly run: number;
  /** ISO 8601; undefined if it is unknown. */
  readonly time: string | undefined;
  texts: string[];
  bytes: number;
}

/** Collects the newest lines of one process, up to a limit. */
export class LogCollector {
  readonly #limit: number;
  readonly #pieces: Piece[] = [];
  #bytes = 0;
  #dropped = 0;

  /** @param limit in bytes; a line that alone is longer is kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes lines in order. Markers and notices are left out. */
  take(lines: readonly LogLine[]): void {
    for (const { kind, text, run, time } of lines) {
      if (kind !== 'line') continue;
      const bytes = Buffer.byteLength(text) + 1;
      let last = this.#pieces.at(-1);
      if (last === undefined || last.run !== run || last.time !== time || last.bytes + bytes > maxPieceBytes) {
        last = { run, time, texts: [], bytes: 0 };
        this.#pieces.push(last);
      }
      last.texts.push(text);
      last.bytes += bytes;
      this.#bytes += bytes;
      this.#trim();
    }
  }

  /** Records that lines before the first were not read. @param bytes 0 if their size is unknown */
  leaveOut(bytes: number): void {
    this.#dropped += bytes;
  }

  /** What was collected, as an archive takes it. */
  content(): LogContent {
    const starts: [run: number, offset: number][] = [];
    const marks: GrowthMark[] = [];
    let offset = 0;
    for (const { run, time, bytes } of this.#pieces) {
      if (starts.at(-1)?.[0] !== run) starts.push([run, offset]);
      offset += bytes;
      if (time !== undefined) marks.push({ time: Date.parse(time), offset });
    }
    return { starts, times: encodeTimes(marks), dropped: this.#dropped };
  }

  *chunks(): Generator<Uint8Array> {
    for (const { texts } of this.#pieces) yield Buffer.from(`${texts.join('\n')}\n`);
  }

  #trim(): void {
    while (this.#bytes > this.#limit && this.#pieces.length > 1) {
      const bytes = this.#pieces.shift()?.bytes ?? 0;
      this.#bytes -= bytes;
      this.#dropped += bytes;
    }
  }
}
