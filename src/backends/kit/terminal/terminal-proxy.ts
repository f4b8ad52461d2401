import { Writable } from 'node:stream';
import { isEndMark } from '../logs/end-mark.ts';
import { EscapeSequenceSplitter } from './escape-sequences.ts';
import { TerminalModes } from './terminal-modes.ts';

/** Control characters, which a terminal executes in the middle of a sequence. */
const controls = /[\x00-\x1f\x7f]/g;

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
    const sequence = bytes.toString('latin1');
    // The text of a string is not executed.
    const executed = /^\x1b[\]PX^_]/.test(sequence) ? [] : (sequence.slice(1).match(controls) ?? []);
    if (executed.length === 0) return Buffer.from(this.#modes.sequence(sequence));
    this.#modes.text(Buffer.from(executed.join(''), 'latin1'));
    return Buffer.from(this.#modes.sequence(`\x1b${sequence.slice(1).replace(controls, '')}`));
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
