import xterm from '@xterm/headless';
import { type IPty, spawn } from 'node-pty';
import { plainEnvironment } from './bin.ts';
import type { Session } from './session.ts';
import { waitFor } from './wait-for.ts';

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The command; `symphony` alone by default. */
  readonly command?: readonly string[];
}

/** A key by the name that stories use, as a terminal sends it. */
const keys: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\x1b',
  tab: '\t',
  space: ' ',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  backspace: '\x7f',
};

/** Somebody at a terminal: what they see, and what they type. The terminal is a real one, with a real emulator's screen. */
export class AppScreen {
  readonly pty: IPty;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
  /** All that was written to the terminal, escape sequences included. */
  output = '';
  #hasExited = false;
  readonly #emulator: xterm.Terminal;

  constructor(session: Session, { columns = 100, rows = 30, env = {}, command }: ScreenOptions = {}) {
    const [program = '', ...args] = command ?? session.bin;
    this.#emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.pty = spawn(program, args, {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd: session.folder,
      env: { ...plainEnvironment(), TERM: 'xterm-256color', ...session.env, ...env },
    });
    this.pty.onData((data) => {
      this.output += data;
      this.#emulator.write(data);
    });
    this.exited = new Promise((resolve) =>
      this.pty.onExit((end) => {
        this.#hasExited = true;
        resolve(end);
      }),
    );
  }

  /** Opens `symphony` and waits for its first picture. */
  static async open(session: Session, options: ScreenOptions = {}): Promise<AppScreen> {
    const screen = new AppScreen(session, options);
    await screen.sees(/ › experiments/);
    return screen;
  }

  get rows(): string[] {
    const { active } = this.#emulator.buffer;
    return Array.from(
      { length: this.#emulator.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  }

  get text(): string {
    return this.rows.join('\n');
  }

  get isAlternate(): boolean {
    return this.#emulator.buffer.active.type === 'alternate';
  }

  /** The row that holds a text, with whether its first cell has a background of its own, or is inverse: is selected. */
  get selectedRow(): string {
    const { active } = this.#emulator.buffer;
    for (let row = 0; row < this.#emulator.rows; row++) {
      const line = active.getLine(active.viewportY + row);
      const cell = line?.getCell(2);
      if (cell !== undefined && (cell.isInverse() || !cell.isBgDefault())) return line?.translateToString(true) ?? '';
    }
    return '';
  }

  /** The texts of the view that have a background of their own: what a search has lit, or the selected row. */
  get litTexts(): string[] {
    const { active } = this.#emulator.buffer;
    const texts: string[] = [];
    for (let row = 2; row < this.#emulator.rows - 2; row++) {
      const line = active.getLine(active.viewportY + row);
      let text = '';
      for (let column = 0; column < this.#emulator.cols; column++) {
        const cell = line?.getCell(column);
        if (cell !== undefined && (cell.isInverse() || !cell.isBgDefault())) text += cell.getChars() || ' ';
        else if (text !== '') texts.push(text);
        if (cell === undefined || (!cell.isInverse() && cell.isBgDefault())) text = '';
      }
      if (text !== '') texts.push(text);
    }
    return texts;
  }

  /** Whether any cell on the screen has a colour. */
  get hasColours(): boolean {
    const { active } = this.#emulator.buffer;
    for (let row = 0; row < this.#emulator.rows; row++) {
      const line = active.getLine(active.viewportY + row);
      for (let column = 0; column < this.#emulator.cols; column++) {
        const cell = line?.getCell(column);
        if (cell !== undefined && (!cell.isFgDefault() || !cell.isBgDefault())) return true;
      }
    }
    return false;
  }

  /** Presses keys one after the other: names such as `enter` and `ctrl-d`, or characters. */
  press(...names: string[]): void {
    for (const name of names) {
      const control = /^ctrl-(.)$/.exec(name)?.[1];
      this.pty.write(control === undefined ? (keys[name] ?? name) : String.fromCharCode(control.charCodeAt(0) & 31));
    }
  }

  /** Types a text, all at once. */
  type(text: string): void {
    this.pty.write(text);
  }

  click(column: number, row: number): void {
    this.pty.write(`\x1b[<0;${column + 1};${row + 1}M\x1b[<0;${column + 1};${row + 1}m`);
  }

  wheel(direction: 'up' | 'down', times = 1): void {
    this.pty.write(`\x1b[<${direction === 'up' ? 64 : 65};5;10M`.repeat(times));
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** Resolves once the screen shows it. */
  async sees(what: RegExp | string, timeout = 20): Promise<void> {
    const shown = () => (typeof what === 'string' ? this.text.includes(what) : what.test(this.text));
    await this.#until(shown, `see ${what}`, timeout);
  }

  /** Resolves once the screen does not show it. */
  async seesNo(what: RegExp | string, timeout = 20): Promise<void> {
    const shown = () => (typeof what === 'string' ? this.text.includes(what) : what.test(this.text));
    await this.#until(() => !shown(), `see no ${what}`, timeout);
  }

  /** Resolves once that row is selected. */
  async selects(what: RegExp | string, timeout = 20): Promise<void> {
    const selected = () => (typeof what === 'string' ? this.selectedRow.includes(what) : what.test(this.selectedRow));
    await this.#until(selected, `have selected ${what}`, timeout);
  }

  /** Leaves with q, and waits until the program has ended. */
  async quit(): Promise<number> {
    this.press('q');
    return (await this.exited).exitCode;
  }

  /** Ends the program if it still runs. */
  async close(): Promise<void> {
    if (!this.#hasExited) this.pty.kill('SIGKILL');
    await this.exited;
    this.#emulator.dispose();
  }

  async #until(condition: () => boolean, what: string, timeout: number): Promise<void> {
    await waitFor(condition, { timeout, what }).catch(() => {
      throw new Error(`Waited ${timeout} s in vain to ${what}. The screen:\n${this.text}`);
    });
  }
}
