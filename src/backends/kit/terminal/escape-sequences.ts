const escapeByte = 0x1b;
const bell = 0x07;
const backslash = 0x5c;

/** Sequences longer than this are passed on in parts; only the first part can be interpreted. */
export const maxSequenceBytes = 512;

/** A piece of a program's terminal output. */
export type TerminalPiece =
  /** Text and control characters. */
  | { readonly kind: 'text'; readonly bytes: Buffer }
  /**
   * An escape sequence. `isOpen`: a terminal is still in the middle of it, because only its beginning is here, or because the
   * next sequence interrupts it.
   */
  | { readonly kind: 'sequence'; readonly bytes: Buffer; readonly isOpen: boolean }
  /** The next part of a sequence that was passed on in parts. */
  | { readonly kind: 'rest'; readonly bytes: Buffer; readonly isOpen: boolean };

type State = 'text' | 'escape' | 'intermediate' | 'csi' | 'string' | 'stringEscape';

/** Splits terminal output into text and escape sequences, regardless of how it is chunked. */
export class EscapeSequenceSplitter {
  #state: State = 'text';
  /** The first bytes of an unterminated sequence. */
  #held: Buffer = Buffer.alloc(0);
  #isCut = false;

  push(chunk: Buffer): TerminalPiece[] {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let at = this.#held.length;
    let start = 0;
    const pieces: TerminalPiece[] = [];
    const endSequence = (end: number, isOpen: boolean) => {
      pieces.push(this.#piece(bytes.subarray(start, end), isOpen));
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
        endSequence(at - 1, true);
        this.#state = 'escape';
      } else if (byte === escapeByte && this.#state !== 'string') {
        endSequence(at, true);
        this.#state = 'escape';
        at += 1;
      } else {
        this.#state = nextState(this.#state, byte);
        at += 1;
        if (this.#state === 'text') endSequence(at, false);
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

  #piece(bytes: Buffer, isOpen: boolean): TerminalPiece {
    return { kind: this.#isCut ? 'rest' : 'sequence', bytes, isOpen };
  }
}

function nextState(state: State, byte: number): State {
  // CAN and SUB cancel a sequence.
  if (byte === 0x18 || byte === 0x1a) return 'text';
  // Terminals execute a control character inside of a sequence, and go on with the sequence; DEL they ignore.
  if (state !== 'string' && isControl(byte)) return state;
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

/** Whether a byte is a control character, which a terminal executes also inside of a sequence that is no string. */
function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}

function isBetween(byte: number, least: number, most: number): boolean {
  return byte >= least && byte <= most;
}
