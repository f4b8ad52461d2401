const escapeByte = 0x1b;
const bell = 0x07;
const backslash = 0x5c;

/** Sequences longer than this are passed on in parts; only the first part can be interpreted. */
export const maxSequenceBytes = 512;

/** A piece of a program's terminal output. */
export type TerminalPiece =
  /** Text and control characters. */
  | { readonly kind: 'text'; readonly bytes: Buffer }
  /** A whole escape sequence; with `isCut`, only its beginning. */
  | { readonly kind: 'sequence'; readonly bytes: Buffer; readonly isCut: boolean }
  /** The next part of a cut sequence. */
  | { readonly kind: 'rest'; readonly bytes: Buffer };

type State = 'text' | 'escape' | 'intermediate' | 'csi' | 'string' | 'stringEscape';

/** Splits terminal output into text and escape sequences, regardless of how it is chunked. */
export class EscapeSequenceSplitter {
  #state: State = 'text';
  /** The first bytes of an unterminated sequence. */
  #held: Buffer = Buffer.alloc(0);
  #isCut = false;

  /** Whether the beginning of a sequence was passed on and its end was not. */
  get isInCutSequence(): boolean {
    return this.#isCut;
  }

  push(chunk: Buffer): TerminalPiece[] {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let at = this.#held.length;
    let start = 0;
    const pieces: TerminalPiece[] = [];
    const endSequence = (end: number) => {
      pieces.push(this.#piece(bytes.subarray(start, end), false));
      this.#isCut = false;
      start = end;
    };
    while (at < bytes.length) {
      const byte = bytes[at] ?? 0;
      if (this.#state === 'text') {
        const next = bytes.indexOf(escapeByte, at);
        at = next < 0 ? bytes.length : next;
        if (at > start) pieces.push({ kind: 'text', bytes: bytes.subarray(start, at) });
        start = at;
        if (next < 0) break;
        this.#state = 'escape';
        at += 1;
      } else if (this.#state === 'stringEscape' && byte !== backslash) {
        // The string ends without its terminator, and another sequence begins.
        endSequence(at - 1);
        this.#state = 'escape';
      } else if (byte === escapeByte && this.#state !== 'string') {
        endSequence(at);
        this.#state = 'escape';
        at += 1;
      } else {
        this.#state = nextState(this.#state, byte);
        at += 1;
        if (this.#state === 'text') endSequence(at);
      }
    }
    this.#hold(bytes.subarray(start), pieces);
    return pieces;
  }

  #hold(bytes: Buffer, pieces: TerminalPiece[]): void {
    // The last byte may begin another sequence.
    const end = this.#state === 'stringEscape' ? bytes.length - 1 : bytes.length;
    const passesOn = this.#isCut || end > maxSequenceBytes;
    if (passesOn && end > 0) {
      pieces.push(this.#piece(bytes.subarray(0, end), true));
      this.#isCut = true;
    }
    this.#held = Buffer.from(passesOn ? bytes.subarray(end) : bytes);
  }

  #piece(bytes: Buffer, isCut: boolean): TerminalPiece {
    return this.#isCut ? { kind: 'rest', bytes } : { kind: 'sequence', bytes, isCut };
  }
}

function nextState(state: State, byte: number): State {
  switch (state) {
    case 'escape':
      if (byte === 0x5b) return 'csi';
      // OSC, DCS, SOS, PM and APC contain text that BEL or ESC \ ends.
      if ([0x5d, 0x50, 0x58, 0x5e, 0x5f].includes(byte)) return 'string';
      return isBetween(byte, 0x20, 0x2f) ? 'intermediate' : 'text';
    case 'intermediate':
      return isBetween(byte, 0x20, 0x2f) ? 'intermediate' : 'text';
    case 'csi':
      return isBetween(byte, 0x20, 0x3f) ? 'csi' : 'text';
    case 'string':
      if (byte === bell) return 'text';
      return byte === escapeByte ? 'stringEscape' : 'string';
    default:
      return 'text';
  }
}

function isBetween(byte: number, least: number, most: number): boolean {
  return byte >= least && byte <= most;
}
