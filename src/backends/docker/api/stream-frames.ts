/** The streams that an engine sends through one connection. */
export type OutputStream = 'stdout' | 'stderr';

export interface Frame {
  readonly stream: OutputStream;
  readonly bytes: Buffer;
  /** Whether the frame, which may arrive in several pieces, ends with this piece. */
  readonly isLast: boolean;
  readonly isFirst: boolean;
}

const headerBytes = 8;
const stderrType = 2;

/**
 * Splits what an engine sends of a container without a terminal: frames of a header (type, three zeros, length) and that
 * many bytes. Pieces of a frame are passed on as they arrive, so that memory stays bounded. What follows and has no such
 * header is no output and is left out: Podman writes an error there, as of a container that was removed meanwhile.
 */
export class FrameSplitter {
  #header = Buffer.alloc(0);
  #stream: OutputStream = 'stdout';
  /** The bytes of the current frame that have not arrived. */
  #missing = 0;
  #isFirst = true;
  #isOver = false;

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let rest = chunk;
    while (rest.length > 0 && !this.#isOver) {
      if (this.#missing === 0) {
        rest = this.#readHeader(rest);
        continue;
      }
      const bytes = rest.subarray(0, this.#missing);
      this.#missing -= bytes.length;
      frames.push({ stream: this.#stream, bytes, isFirst: this.#isFirst, isLast: this.#missing === 0 });
      this.#isFirst = false;
      rest = rest.subarray(bytes.length);
    }
    return frames;
  }

  #readHeader(chunk: Buffer): Buffer {
    const wanted = headerBytes - this.#header.length;
    // The caller may reuse its buffer.
    this.#header = Buffer.concat([this.#header, chunk.subarray(0, wanted)]);
    if (this.#header.length === headerBytes) {
      this.#stream = this.#header[0] === stderrType ? 'stderr' : 'stdout';
      this.#missing = this.#header.readUInt32BE(4);
      this.#isOver = this.#header.readUIntBE(1, 3) !== 0;
      this.#isFirst = true;
      this.#header = Buffer.alloc(0);
    }
    return chunk.subarray(wanted);
  }
}
