import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type LogHead, readHead } from './log-position.ts';

const blockBytes = 64 * 1024;

/** A log that is open for reading, also when it is deleted meanwhile. Offsets are those of all that was ever written. */
export class LogFile {
  readonly #path: string;
  #descriptor: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Offsets of the first byte that is kept, and of the end. */
  range(): { readonly start: number; readonly end: number } {
    const descriptor = this.#open();
    const head = readHead(this.#path);
    if (descriptor === undefined) return { start: head.start, end: head.base };
    return { start: head.start, end: fstatSync(descriptor).size + head.base };
  }

  /** Up to `length` bytes from that offset on, in a new buffer. */
  read(offset: number, length: number): Buffer {
    const descriptor = this.#open();
    if (descriptor === undefined || length <= 0) return Buffer.alloc(0);
    const buffer = Buffer.allocUnsafe(length);
    const count = readSync(descriptor, buffer, 0, length, offset - this.#head().base);
    return buffer.subarray(0, count);
  }

  /** The offset of the first whole line at or after `offset`, which may lie within a line; at most `end`. */
  lineStart(offset: number, end: number): number {
    if (offset <= 0) return 0;
    for (let at = offset - 1; at < end; at += blockBytes) {
      const found = this.read(at, Math.min(blockBytes, end - at)).indexOf(0x0a);
      if (found >= 0) return at + found + 1;
    }
    return end;
  }

  /** The offset at which the last `count` lines between two offsets begin, read from the end. */
  tailStart(start: number, end: number, count: number): number {
    if (count <= 0) return end;
    let missing = count;
    // The line end of the last line begins no line.
    let at = end > start && this.read(end - 1, 1)[0] === 0x0a ? end - 1 : end;
    while (at > start) {
      const from = Math.max(start, at - blockBytes);
      const bytes = this.read(from, at - from);
      for (
        let index = bytes.lastIndexOf(0x0a);
        index >= 0;
        index = index === 0 ? -1 : bytes.lastIndexOf(0x0a, index - 1)
      ) {
        missing -= 1;
        if (missing === 0) return from + index + 1;
      }
      at = from;
    }
    return start;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #head(): LogHead {
    return readHead(this.#path);
  }

  #open(): number | undefined {
    try {
      this.#descriptor ??= openSync(this.#path, 'r');
    } catch {
      return undefined;
    }
    return this.#descriptor;
  }
}
