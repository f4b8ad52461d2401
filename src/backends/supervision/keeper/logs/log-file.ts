import { fstatSync, readSync, statSync } from 'node:fs';
import { cannotRead, DescriptorPool } from '../../../kit/logs/descriptor-pool.ts';
import { readHead } from './log-position.ts';

const blockBytes = 64 * 1024;

/**
 * A readable log; it stays readable after its deletion while the pool keeps it open. Offsets count all bytes ever
 * written.
 */
export class LogFile {
  readonly #path: string;
  readonly #descriptors: DescriptorPool;
  /** Distinguishes this file from a later one with the same path. */
  #inode: number | undefined;
  #isReplaced = false;
  #lastEnd = { size: Number.NaN, offset: 0 };

  constructor(path: string, descriptors: DescriptorPool = new DescriptorPool()) {
    this.#path = path;
    this.#descriptors = descriptors;
  }

  /** Offsets of the first existing byte and of the end. */
  range(): { readonly start: number; readonly end: number } {
    const head = readHead(this.#path);
    return { start: head.start, end: this.#size() + head.base };
  }

  /** Offset of the end; costs one stat if the log has not grown. */
  end(): number {
    const size = this.#size();
    if (size !== this.#lastEnd.size) this.#lastEnd = { size, offset: size + readHead(this.#path).base };
    return this.#lastEnd.offset;
  }

  /** Offset of the first existing byte. */
  start(): number {
    return readHead(this.#path).start;
  }

  /**
   * Reads up to `length` bytes from an offset into a new buffer.
   * @throws SymphonyError `failed` if the log exists and cannot be read
   */
  read(offset: number, length: number): Buffer {
    const descriptor = length > 0 ? this.#open() : undefined;
    if (descriptor === undefined) return Buffer.alloc(0);
    const buffer = Buffer.allocUnsafe(length);
    try {
      const count = readSync(descriptor, buffer, 0, length, offset - readHead(this.#path).base);
      return buffer.subarray(0, count);
    } catch (error) {
      throw cannotRead(this.#path, error);
    }
  }

  /** Offset of the first line that begins at or after `offset`; at most `end`. */
  lineStart(offset: number, end: number): number {
    if (offset <= 0) return 0;
    for (let at = offset - 1; at < end; at += blockBytes) {
      const found = this.read(at, Math.min(blockBytes, end - at)).indexOf(0x0a);
      if (found >= 0) return at + found + 1;
    }
    return end;
  }

  /** Offset at which the last `count` lines between two offsets begin, searched backwards from the end. */
  tailStart(start: number, end: number, count: number): number {
    if (count <= 0) return end;
    let missing = count;
    // A newline at the very end begins no further line.
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

  /** Counts the newlines between two offsets. */
  countLines(start: number, end: number): number {
    let count = 0;
    for (let at = start; at < end; at += blockBytes) {
      const bytes = this.read(at, Math.min(blockBytes, end - at));
      for (let index = bytes.indexOf(0x0a); index >= 0; index = bytes.indexOf(0x0a, index + 1)) count += 1;
    }
    return count;
  }

  close(): void {
    this.#descriptors.release(this.#path);
  }

  /** Uses stat, so that polling an unchanged log needs no descriptor. */
  #size(): number {
    const descriptor = this.#descriptors.peek(this.#path);
    if (descriptor !== undefined && !this.#isReplaced) return fstatSync(descriptor).size;
    const found = statSync(this.#path, { throwIfNoEntry: false });
    return found !== undefined && this.#isSame(found.ino) ? found.size : 0;
  }

  #open(): number | undefined {
    const descriptor = this.#descriptors.get(this.#path);
    return descriptor !== undefined && this.#isSame(fstatSync(descriptor).ino) ? descriptor : undefined;
  }

  #isSame(inode: number): boolean {
    this.#inode ??= inode;
    if (inode !== this.#inode) this.#isReplaced = true;
    return !this.#isReplaced;
  }
}
