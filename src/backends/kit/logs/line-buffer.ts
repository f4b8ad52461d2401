import { cutLine, cutStatesMarker, maximumLineBytes, shortenLine, textLength } from '../../../engine/contract/logs.ts';

const carriageReturn = 0x0d;

/** A line that was collected. */
export interface TakenLine {
  /** As written, or of a line longer than the limit its newest state without a carriage return. */
  readonly bytes: Buffer;
  /** Whether the end of the newest state was dropped. */
  readonly isCut: boolean;
  /** Whether earlier states were dropped. */
  readonly isReduced: boolean;
}

/**
 * Collects the pieces of a line that arrives in several chunks. Memory is bounded for any input: of a longer line it keeps
 * the newest state, which is what follows the last carriage return before any text.
 */
export class LineBuffer {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Where in the kept bytes the newest state begins. */
  #stateStart = 0;
  /** Whether the line so far has text, of any state. */
  #hasText = false;
  /** Whether the last byte was a carriage return, so that the next text begins a state. */
  #hasReturned = false;
  #isOverwritten = false;
  #hasEarlierText = false;
  #isTooLong = false;
  #isCut = false;

  /** @param limit bytes of a line that are kept */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** Whether the line has no bytes yet. */
  get isEmpty(): boolean {
    return this.#bytes === 0 && !this.#isTooLong;
  }

  /** The bytes in memory. */
  get keptBytes(): number {
    return this.#bytes;
  }

  /** Appends a piece of the line, without its line end. */
  keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const textEnd = textLength(bytes);
    const start = this.#newestStart(bytes, textEnd);
    if (start >= 0) {
      this.#isOverwritten = true;
      if (this.#hasText || textLength(bytes.subarray(0, start)) > 0) this.#hasEarlierText = true;
    }
    this.#hasText ||= textEnd > 0;
    this.#hasReturned = textEnd < bytes.length;
    if (!this.#isCut && bytes.length <= this.#limit - this.#bytes) {
      if (start >= 0) this.#stateStart = this.#bytes + start;
      this.#append(bytes);
      return;
    }
    this.#isTooLong = true;
    if (start >= 0) {
      this.#clear();
      this.#appendText(bytes.subarray(start, textEnd));
    } else if (!this.#isCut) {
      const state = this.#state();
      this.#clear();
      this.#appendText(state);
      this.#appendText(bytes.subarray(0, textEnd));
    }
  }

  /**
   * The newest state of the line so far, after a carriage return if it has overwritten anything: at most
   * `maximumLineBytes` of it.
   */
  openText(): string {
    const state = this.#state();
    const text =
      state.length > maximumLineBytes
        ? cutLine(state, maximumLineBytes)
        : state.toString('utf8').replace(/\uFFFD+$/, '');
    return this.#isOverwritten ? `\r${text}` : text;
  }

  /** Returns the line, and begins the next one. */
  take(): TakenLine {
    const taken = {
      bytes: this.#isTooLong ? this.#state() : joined(this.#pieces),
      isCut: this.#isCut,
      isReduced: this.#isTooLong && this.#hasEarlierText,
    };
    this.#clear();
    this.#hasText = false;
    this.#hasReturned = false;
    this.#isOverwritten = false;
    this.#hasEarlierText = false;
    this.#isTooLong = false;
    return taken;
  }

  /** Where a new state begins in these bytes; -1 if they continue the one before. */
  #newestStart(bytes: Buffer, textEnd: number): number {
    if (textEnd === 0) return -1;
    const last = bytes.lastIndexOf(carriageReturn, textEnd - 1);
    return last < 0 && !this.#hasReturned ? -1 : last + 1;
  }

  /** The kept bytes of the newest state, without a carriage return. */
  #state(): Buffer {
    let first = this.#pieces.length;
    let start = this.#bytes;
    while (first > 0 && start > this.#stateStart) {
      first -= 1;
      start -= this.#pieces[first]?.length ?? 0;
    }
    const state = joined(this.#pieces.slice(first)).subarray(Math.max(0, this.#stateStart - start));
    return state.subarray(0, textLength(state));
  }

  #appendText(text: Buffer): void {
    const room = this.#limit - this.#bytes;
    if (text.length > room) this.#isCut = true;
    this.#append(text.subarray(0, room));
  }

  #append(bytes: Buffer): void {
    if (bytes.length === 0) return;
    // The caller may reuse its buffer, so the bytes are copied.
    this.#pieces.push(Buffer.from(bytes));
    this.#bytes += bytes.length;
  }

  #clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#stateStart = 0;
    this.#isCut = false;
  }
}

function joined(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
}

/**
 * The text of a line: without the carriage return of a terminal's line end, and marked if it is not whole. Invalid UTF-8
 * becomes U+FFFD.
 * @param limit bytes after which an overlong line is cut
 */
export function lineText({ bytes, isCut, isReduced }: TakenLine, limit: number): string {
  return (isReduced ? cutStatesMarker : '') + (isCut ? cutLine(bytes, limit) : shortenLine(bytes, limit));
}
