import { cutMarker, maximumLineBytes } from '../../engine/logs.ts';

export interface SplitLine {
  /** Offset of its first byte. */
  readonly offset: number;
  readonly text: string;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Makes lines of bytes that come in pieces. A line without an end for longer than the limit is cut there, once, and the
 * rest of it is passed over, so that memory stays bounded whatever is written. Bytes that are no UTF-8 become U+FFFD.
 */
export class LineSplitter {
  #offset: number;
  #start: number;
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #overlong = false;

  /** `offset` is that of the first byte to come. */
  constructor(offset: number) {
    this.#offset = offset;
    this.#start = offset;
  }

  /** Offset of the next byte to come. */
  get offset(): number {
    return this.#offset;
  }

  push(bytes: Buffer): SplitLine[] {
    const lines: SplitLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(newline, from); end >= 0; end = bytes.indexOf(newline, from)) {
      this.#keep(bytes.subarray(from, end));
      lines.push(this.#take());
      from = end + 1;
      this.#start = this.#offset + from;
    }
    this.#keep(bytes.subarray(from));
    this.#offset += bytes.length;
    return lines;
  }

  /** The line that has not ended, if there is one: for when nothing will follow. */
  flush(): SplitLine[] {
    if (this.#start === this.#offset) return [];
    const line = this.#take();
    this.#start = this.#offset;
    return [line];
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const room = maximumLineBytes - this.#partialBytes;
    if (bytes.length > room) this.#overlong = true;
    const kept = bytes.subarray(0, Math.max(room, 0));
    if (kept.length === 0) return;
    // A copy: what is given may be a buffer that is filled again.
    this.#partial.push(Buffer.from(kept));
    this.#partialBytes += kept.length;
  }

  #take(): SplitLine {
    let whole = this.#partial.length === 1 ? (this.#partial[0] as Buffer) : Buffer.concat(this.#partial);
    if (!this.#overlong && whole.at(-1) === carriageReturn) whole = whole.subarray(0, -1);
    const text = whole.toString('utf8');
    const line = { offset: this.#start, text: this.#overlong ? text.replace(/\uFFFD+$/, '') + cutMarker : text };
    this.#partial = [];
    this.#partialBytes = 0;
    this.#overlong = false;
    return line;
  }
}
