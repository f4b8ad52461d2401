const alternateScreens = new Set([47, 1047, 1049]);
/** Private modes that are on in a new terminal. */
const initiallyOn = new Set([7, 25]);
/** Private modes that are off in a new terminal: keys, colours, origin, mouse, focus, paste, synchronized output. */
const initiallyOff = new Set([1, 5, 6, 9, 66, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031]);
/** Sequences that reset the colours that an OSC changed: palette, foreground, background, cursor. */
const colourResets: Readonly<Record<string, string>> = { 4: '104', 10: '110', 11: '111', 12: '112' };

/**
 * Tracks what a program has changed in its terminal and not yet reset, so that the user's terminal can be restored when
 * the user detaches before the program ends.
 */
export class TerminalModes {
  /** Private modes that differ from their initial value. */
  readonly #changed = new Set<number>();
  readonly #colours = new Set<string>();
  #hasStyle = false;
  #hasCharset = false;
  #hasMargins = false;
  #hasInsert = false;
  #hasKeypad = false;
  #hasCursorShape = false;
  #hasModifyOtherKeys = false;
  #hasLink = false;
  #hasTitle = false;
  /** Depth of the stack of the kitty keyboard protocol. */
  #keyboardLevels = 0;

  /** Records the effect of text: control characters that change the character set. */
  text(bytes: Buffer): void {
    const [shiftOut, shiftIn] = [bytes.lastIndexOf(0x0e), bytes.lastIndexOf(0x0f)];
    if (shiftOut > shiftIn) this.#hasCharset = true;
  }

  /**
   * Records the effect of an escape sequence.
   * @returns what must be written to the terminal first, so that it can be restored
   */
  sequence(sequence: string): string {
    if (sequence.startsWith('\x1b[')) this.#controlSequence(sequence.slice(2, -1), sequence.slice(-1));
    else if (sequence.startsWith('\x1b]')) return this.#operatingSystemCommand(sequence.slice(2));
    else if (/^\x1b[()*+]/.test(sequence)) this.#hasCharset ||= !sequence.endsWith('B');
    else if (sequence === '\x1b=') this.#hasKeypad = true;
    else if (sequence === '\x1b>') this.#hasKeypad = false;
    else if (sequence === '\x1bc') this.#forget();
    return '';
  }

  get isInAlternateScreen(): boolean {
    return [...alternateScreens].some((mode) => this.#changed.has(mode));
  }

  /** The sequence that restores the terminal's initial state. */
  restoreSequence(): string {
    const modes = [...this.#changed].filter((mode) => !alternateScreens.has(mode));
    const screens = [...this.#changed].filter((mode) => alternateScreens.has(mode));
    const parts = [
      ...modes.map((mode) => `\x1b[?${mode}${initiallyOn.has(mode) ? 'h' : 'l'}`),
      this.#keyboardLevels > 0 ? `\x1b[<${this.#keyboardLevels}u` : '',
      this.#hasModifyOtherKeys ? '\x1b[>4m' : '',
      this.#hasInsert ? '\x1b[4l' : '',
      this.#hasKeypad ? '\x1b>' : '',
      this.#hasLink ? '\x1b]8;;\x1b\\' : '',
      ...[...this.#colours].map((code) => `\x1b]${colourResets[code]}\x07`),
      // Setting the margins moves the cursor; leaving the alternate screen moves it back.
      this.#hasMargins ? (screens.length > 0 ? '\x1b[r' : '\x1b7\x1b[r\x1b8') : '',
      ...screens.map((mode) => `\x1b[?${mode}l`),
      this.#hasCursorShape ? '\x1b[0 q' : '',
      // Leaving the alternate screen restores the style that was active on entering it.
      this.#hasStyle || screens.length > 0 ? '\x1b[0m' : '',
      this.#hasCharset ? '\x1b(B\x0f' : '',
      this.#hasTitle ? '\x1b[23;0t' : '',
    ];
    this.#forget();
    this.#hasTitle = false;
    return parts.join('');
  }

  #controlSequence(body: string, final: string): void {
    const numbers = body.replace(/^[<-?]/, '').split(/[;:]/);
    if (final === 'm' && !/^[<-?]/.test(body)) this.#hasStyle = !/^[0;]*$/.test(body);
    else if (body.startsWith('?') && (final === 'h' || final === 'l')) this.#privateModes(numbers, final === 'h');
    else if (/^\d/.test(body) && (final === 'h' || final === 'l')) {
      if (numbers.includes('4')) this.#hasInsert = final === 'h';
    } else if (final === 'r' && /^[\d;]*$/.test(body)) this.#hasMargins = body !== '';
    else if (final === 'q' && body.endsWith(' ')) this.#hasCursorShape = !/^0* $/.test(body);
    else if (final === 'm' && body.startsWith('>4')) this.#hasModifyOtherKeys = !/^>4(;0*)?$/.test(body);
    else if (final === 'u' && body.startsWith('>')) this.#keyboardLevels += 1;
    else if (final === 'u' && body.startsWith('<'))
      this.#keyboardLevels = Math.max(0, this.#keyboardLevels - Number(numbers[0] || 1));
    else if (final === 'p' && body === '!') this.#softReset();
  }

  #privateModes(numbers: readonly string[], on: boolean): void {
    for (const mode of numbers.map(Number)) {
      const known = initiallyOn.has(mode) || initiallyOff.has(mode) || alternateScreens.has(mode);
      if (!known) continue;
      if (on === initiallyOn.has(mode)) this.#changed.delete(mode);
      else this.#changed.add(mode);
    }
  }

  #operatingSystemCommand(command: string): string {
    const [code = '', ...rest] = command.replace(/(\x07|\x1b\\)$/, '').split(';');
    if (code in colourResets && rest.at(-1) !== '?') this.#colours.add(code);
    else if (code === '8') this.#hasLink = rest.slice(1).join(';') !== '';
    else if (['0', '1', '2'].includes(code) && !this.#hasTitle) {
      this.#hasTitle = true;
      return '\x1b[22;0t';
    }
    return '';
  }

  #softReset(): void {
    for (const mode of [1, 6, 7, 25, 66]) this.#changed.delete(mode);
    this.#hasStyle = false;
    this.#hasCharset = false;
    this.#hasMargins = false;
    this.#hasInsert = false;
    this.#hasKeypad = false;
  }

  /** A full reset of the terminal resets everything but the saved title. */
  #forget(): void {
    this.#softReset();
    this.#changed.clear();
    this.#colours.clear();
    this.#hasCursorShape = false;
    this.#hasModifyOtherKeys = false;
    this.#hasLink = false;
    this.#keyboardLevels = 0;
  }
}
