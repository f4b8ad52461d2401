import { isAscii } from 'node:buffer';
import { cutLine, maximumLineBytes } from '../../engine/logs.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Makes lines of bytes that come in pieces. A line without an end for longer than the limit is cut there, once, and the
 * rest of it is passed over, so that memory stays bounded whatever is written. Bytes that are no UTF-8 become U+FFFD.
 */
export class LineSplitter<Line> {
  readonly #make: (text: string, offset: number) => Line;
  readonly #limit: number;
  #offset: number;
  #start: number;
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #overlong = false;

  /**
   * @param offset That of the first byte to come.
   * @param make Makes a line of its text and the offset of its first byte.
   * @param limit Bytes of a line beyond which it is cut.
   */
  constructor(offset: number, make: (text: string, offset: number) => Line, limit = maximumLineBytes) {
    this.#make = make;
    this.#offset = offset;
    this.#start = offset;
    this.#limit = limit;
  }

  push(bytes: Buffer): Line[] {
    const lines: Line[] = [];
    const end = bytes.lastIndexOf(newline);
    let from = 0;
    if (end >= 0 && this.#start < this.#offset) {
      const first = bytes.indexOf(newline);
      this.#keep(bytes.subarray(0, first));
      lines.push(this.#take());
      from = first + 1;
    }
    if (from <= end) this.#splitBlock(bytes.subarray(from, end), this.#offset + from, lines);
    if (end >= 0) this.#start = this.#offset + end + 1;
    this.#keep(bytes.subarray(end + 1));
    this.#offset += bytes.length;
    return lines;
  }

  /** The line that has not ended, if there is one: for when nothing will follow. */
  flush(): Line[] {
    if (this.#start === this.#offset) return [];
    const line = this.#take();
    this.#start = this.#offset;
    return [line];
  }

  /** Whole lines, all but the last with their line ends: decoded at once, which is many times quicker than one by one. */
  #splitBlock(block: Buffer, offset: number, lines: Line[]): void {
    const ascii = isAscii(block);
    const texts = block.toString(ascii ? 'latin1' : 'utf8').split('\n');
    const mayReturn = block.includes(carriageReturn);
    let at = 0;
    for (const text of texts) {
      const end = ascii ? at + text.length : lineEnd(block, at);
      const isCut = end - at > this.#limit;
      let line = text;
      if (isCut) line = cutLine(block.subarray(at, end), this.#limit);
      else if (mayReturn && text.endsWith('\r')) line = text.slice(0, -1);
      lines.push(this.#make(line, offset + at));
      at = end + 1;
    }
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const room = this.#limit - this.#partialBytes;
    if (bytes.length > room) this.#overlong = true;
    const kept = bytes.subarray(0, Math.max(room, 0));
    if (kept.length === 0) return;
    // A copy: what is given may be a buffer that is filled again.
    this.#partial.push(Buffer.from(kept));
    this.#partialBytes += kept.length;
  }

  #take(): Line {
    let whole = this.#partial.length === 1 ? (this.#partial[0] as Buffer) : Buffer.concat(this.#partial);
    if (!this.#overlong && whole.at(-1) === carriageReturn) whole = whole.subarray(0, -1);
    const text = this.#overlong ? cutLine(whole, this.#limit) : whole.toString('utf8');
    const line = this.#make(text, this.#start);
    this.#partial = [];
    this.#partialBytes = 0;
    this.#overlong = false;
    return line;
  }
}

function lineEnd(block: Buffer, from: number): number {
  const end = block.indexOf(newline, from);
  return end < 0 ? block.length : end;
}
