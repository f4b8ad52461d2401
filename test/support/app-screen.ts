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

/** What a terminal sends for each key, by the name that tests use. */
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

/** A user at a terminal: what the screen shows, and what the user types. It is a real terminal with a real emulator. */
export class AppScreen {
  readonly pty: IPty;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
  /** Everything that was written to the terminal, escape sequences included. */
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

  /** Opens `symphony` and waits for its first frame. */
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

  /** The text of the selected row: the first with a background colour, or inverse; empty if there is none. */
  get selectedRow(): string {
    const { active } = this.#emulator.buffer;
    for (let row = 0; row < this.#emulator.rows; row++) {
      const line = active.getLine(active.viewportY + row);
      const cell = line?.getCell(2);
      if (cell !== undefined && (cell.isInverse() || !cell.isBgDefault())) return line?.translateToString(true) ?? '';
    }
    return '';
  }

  /** The texts of the view that have a background colour or are inverse: search matches, and the selected row. */
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

  /** Presses keys in order: names such as `enter` and `ctrl-d`, or characters. */
  press(...names: string[]): void {
    for (const name of names) {
      const control = /^ctrl-(.)$/.exec(name)?.[1];
      this.pty.write(control === undefined ? (keys[name] ?? name) : String.fromCharCode(control.charCodeAt(0) & 31));
    }
  }

  /** Sends a text in one write. */
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

  /** Resolves once the screen shows the text. */
  async sees(what: RegExp | string, timeout = 40): Promise<void> {
    const shown = () => (typeof what === 'string' ? this.text.includes(what) : what.test(this.text));
    await this.#until(shown, `see ${what}`, timeout);
  }

  /** Resolves once the screen does not show the text. */
  async seesNo(what: RegExp | string, timeout = 40): Promise<void> {
    const shown = () => (typeof what === 'string' ? this.text.includes(what) : what.test(this.text));
    await this.#until(() => !shown(), `see no ${what}`, timeout);
  }

  /** Resolves once the selected row has the text. */
  async selects(what: RegExp | string, timeout = 40): Promise<void> {
    const selected = () => (typeof what === 'string' ? this.selectedRow.includes(what) : what.test(this.selectedRow));
    await this.#until(selected, `have selected ${what}`, timeout);
  }

  /** Quits with q, and resolves with the exit code. */
  async quit(): Promise<number> {
    this.press('q');
    return (await this.exited).exitCode;
  }

  /** Kills the program if it still runs. */
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
