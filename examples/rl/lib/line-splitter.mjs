import { BadMessage } from './bad-message.mjs';

const NEWLINE = 0x0a;

/**
 * Splits a stream into lines: a chunk may contain half a line, or many. A line that grows
 * beyond `maxBytes` is an error, because a sender that never sends a newline must not fill the memory.
 */
export class LineSplitter {
  /** @param {number} maxBytes */
  constructor(maxBytes) {
    this.maxBytes = maxBytes;
    /** @type {Buffer[]} */
    this.pieces = [];
    this.bytes = 0;
  }

  /**
   * The lines that this chunk completes, without their newlines.
   * @param {Buffer} piece
   */
  *push(piece) {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      this.#keep(piece.subarray(start, end));
      // Only whole lines are decoded, because a chunk may end within a character.
      const line = Buffer.concat(this.pieces).toString('utf8');
      this.pieces = [];
      this.bytes = 0;
      start = end + 1;
      yield line;
    }
    if (start < piece.length) this.#keep(piece.subarray(start));
  }

  /** @param {Buffer} piece */
  #keep(piece) {
    this.bytes += piece.length;
    if (this.bytes > this.maxBytes) throw new BadMessage(`a line of more than ${this.maxBytes} bytes`);
    this.pieces.push(piece);
  }
}
