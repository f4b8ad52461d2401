import { type IPty, spawn } from 'node-pty';
import { plainEnvironment } from './bin.ts';
import type { Session } from './session.ts';
import { waitFor } from './wait-for.ts';

/** A terminal in which a program runs, as for a user. */
export class Terminal {
  private readonly pty: IPty;
  /** Everything that the program wrote. */
  output = '';
  readonly exited: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;

  constructor(session: Session, command: readonly string[]) {
    const [program = '', ...args] = command;
    this.pty = spawn(program, args, {
      cols: 100,
      rows: 30,
      cwd: session.folder,
      env: { ...plainEnvironment(), TERM: 'xterm-256color', ...session.env },
    });
    this.pty.onData((data) => {
      this.output += data;
    });
    this.exited = new Promise((resolve) => this.pty.onExit(resolve));
  }

  /** Runs `symphony` with these arguments. */
  static symphony(session: Session, args: readonly string[]): Terminal {
    return new Terminal(session, [...session.bin, ...args]);
  }

  get pid(): number {
    return this.pty.pid;
  }

  type(text: string): void {
    this.pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.pty.resize(columns, rows);
  }

  /** Closes the terminal as the close button of a window does: every process in it gets SIGHUP. */
  close(): void {
    this.pty.kill('SIGHUP');
  }

  /** Resolves once the output after the offset `from` matches. `timeout` is in seconds. */
  async until(pattern: RegExp, { from = 0, timeout = 40 } = {}): Promise<void> {
    await waitFor(() => pattern.test(this.output.slice(from)), {
      timeout,
      what: `${pattern} in ${JSON.stringify(this.output.slice(from))}`,
    }).catch(() => {
      throw new Error(`The terminal does not show ${pattern}: ${JSON.stringify(this.output.slice(from))}`);
    });
  }
}
