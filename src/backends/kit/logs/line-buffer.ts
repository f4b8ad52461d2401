import { cutLine } from '../../../engine/contract/logs.ts';

const carriageReturn = 0x0d;

/** Collects the pieces of a line that arrives in several chunks. Memory is bounded for any input. */
export class LineBuffer {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isOverlong = false;

  /** @param limit bytes of a line that are kept; the rest is dropped */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** Whether the line has no bytes yet. */
  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Appends a piece of the line, without its line end. */
  keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const room = this.#limit - this.#bytes;
    if (bytes.length > room) this.#isOverlong = true;
    const kept = bytes.subarray(0, Math.max(room, 0));
    if (kept.length === 0) return;
    // The caller may reuse its buffer, so the bytes are copied.
    this.#pieces.push(Buffer.from(kept));
    this.#bytes += kept.length;
  }

  /** Returns the line, and begins the next one. */
  take(): { readonly bytes: Buffer; readonly isOverlong: boolean } {
    const bytes = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
    const isOverlong = this.#isOverlong;
    this.#pieces = [];
    this.#bytes = 0;
    this.#isOverlong = false;
    return { bytes, isOverlong };
  }
}

/**
 * The text of a line: without the carriage return of a terminal's line end, and cut and marked if it is overlong. Invalid
 * UTF-8 becomes U+FFFD.
 * @param limit bytes after which an overlong line is cut
 */
export function lineText(bytes: Buffer, isOverlong: boolean, limit: number): string {
  if (isOverlong) return cutLine(bytes, limit);
  return (bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes).toString('utf8');
}
