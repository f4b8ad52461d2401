import { isAscii } from 'node:buffer';
import { maximumLineBytes, shortenLine } from '../../../engine/contract/logs.ts';
import { LineBuffer, lineText } from './line-buffer.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Splits a stream of byte chunks into lines. A line longer than the limit is cut at the limit, or reduced to its newest
 * state, so that memory stays bounded for any input. Invalid UTF-8 becomes U+FFFD.
 */
export class LineSplitter<Line> {
  readonly #make: (text: string, offset: number) => Line;
  readonly #limit: number;
  #offset: number;
  #start: number;
  readonly #partial: LineBuffer;
  /** Offset of the end at the last look at the open line. */
  #lookedAt: number;

  /**
   * @param offset Offset of the first byte that will be pushed.
   * @param make Makes a line from its text and the offset of its first byte.
   * @param limit Bytes beyond which a line is cut.
   */
  constructor(offset: number, make: (text: string, offset: number) => Line, limit = maximumLineBytes) {
    this.#make = make;
    this.#offset = offset;
    this.#start = offset;
    this.#lookedAt = offset;
    this.#limit = limit;
    this.#partial = new LineBuffer(limit);
  }

  push(bytes: Buffer): Line[] {
    const lines: Line[] = [];
    const end = bytes.lastIndexOf(newline);
    let from = 0;
    if (end >= 0 && this.#start < this.#offset) {
      const first = bytes.indexOf(newline);
      this.#partial.keep(bytes.subarray(0, first));
      lines.push(this.#take());
      from = first + 1;
    }
    if (from <= end) this.#splitBlock(bytes.subarray(from, end), this.#offset + from, lines);
    if (end >= 0) this.#start = this.#offset + end + 1;
    this.#partial.keep(bytes.subarray(end + 1));
    this.#offset += bytes.length;
    return lines;
  }

  /** Returns the newest state of the unterminated last line, if it has changed since the last call. */
  changedOpenLine(): Line | undefined {
    if (this.#start === this.#offset || this.#lookedAt === this.#offset) return undefined;
    this.#lookedAt = this.#offset;
    return this.#make(this.#partial.openText(), this.#start);
  }

  /** Returns the unterminated last line, if there is one. For use when no more bytes will follow. */
  flush(): Line[] {
    if (this.#start === this.#offset) return [];
    const line = this.#take();
    this.#start = this.#offset;
    return [line];
  }

  /** Splits a block of whole lines. Decoding the block at once is many times faster than decoding line by line. */
  #splitBlock(block: Buffer, offset: number, lines: Line[]): void {
    const ascii = isAscii(block);
    const texts = block.toString(ascii ? 'latin1' : 'utf8').split('\n');
    const mayReturn = block.includes(carriageReturn);
    let at = 0;
    for (const text of texts) {
      const end = ascii ? at + text.length : lineEnd(block, at);
      const isCut = end - at > this.#limit;
      let line = text;
      if (isCut) line = shortenLine(block.subarray(at, end), this.#limit);
      else if (mayReturn && text.endsWith('\r')) line = text.slice(0, -1);
      lines.push(this.#make(line, offset + at));
      at = end + 1;
    }
  }

  #take(): Line {
    return this.#make(lineText(this.#partial.take(), this.#limit), this.#start);
  }
}

function lineEnd(block: Buffer, from: number): number {
  const end = block.indexOf(newline, from);
  return end < 0 ? block.length : end;
}
