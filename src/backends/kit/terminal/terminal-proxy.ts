import { Writable } from 'node:stream';
import { isEndMark } from '../logs/end-mark.ts';
import { EscapeSequenceSplitter, isControl } from './escape-sequences.ts';
import { TerminalModes } from './terminal-modes.ts';

/**
 * Writes the output of a process to the user's terminal, without Symphony's own marks, as fast as the terminal accepts
 * it. `restore` resets the terminal to its state before.
 */
export class TerminalProxy extends Writable {
  readonly #terminal: NodeJS.WritableStream;
  readonly #splitter = new EscapeSequenceSplitter();
  readonly #modes = new TerminalModes();
  #isAtLineStart = true;
  /** Whether the terminal is in the middle of an escape sequence. */
  #isInSequence = false;

  constructor(terminal: NodeJS.WritableStream) {
    super();
    this.#terminal = terminal;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const terminal = this.#terminal;
    if (!terminal.writable || terminal.write(this.#pass(chunk))) {
      done();
      return;
    }
    const onReady = () => {
      for (const event of ['drain', 'close', 'error']) terminal.off(event, onReady);
      done();
    };
    for (const event of ['drain', 'close', 'error']) terminal.once(event, onReady);
  }

  /** Terminates an escape sequence that the program left open, and resets what it changed. */
  restore(): void {
    if (!this.#terminal.writable) return;
    const end = this.#isInSequence ? '\x1b\\' : '';
    const text = `${end}${this.#modes.restoreSequence()}${this.#isAtLineStart ? '' : '\r\n'}`;
    if (text !== '') this.#terminal.write(text);
  }

  /** Notes what a sequence changes. @returns what the terminal must get before it */
  #interpret(bytes: Buffer): Buffer {
    // The text of a string is not executed.
    const isString = /^\x1b[\]PX^_]/.test(bytes.toString('latin1', 0, 2));
    const [first, ...rest] = bytes;
    const controls = isString ? [] : rest.filter(isControl);
    if (controls.length === 0) return Buffer.from(this.#modes.sequence(bytes.toString('latin1')));
    this.#modes.text(Buffer.from(controls));
    const sequence = Buffer.from([first ?? 0, ...rest.filter((byte) => !isControl(byte))]);
    return Buffer.from(this.#modes.sequence(sequence.toString('latin1')));
  }

  #pass(chunk: Buffer): Buffer {
    const passed: Buffer[] = [];
    for (const piece of this.#splitter.push(chunk)) {
      if (piece.kind === 'text') {
        this.#modes.text(piece.bytes);
        // Leaving the alternate screen moves the cursor back to its earlier position.
        if (!this.#modes.isInAlternateScreen) this.#isAtLineStart = piece.bytes.at(-1) === 0x0a;
      } else if (piece.kind === 'sequence') {
        if (isEndMark(piece.bytes)) continue;
        passed.push(this.#interpret(piece.bytes));
      }
      this.#isInSequence = piece.kind !== 'text' && piece.isOpen;
      passed.push(piece.bytes);
    }
    return Buffer.concat(passed);
  }
}
