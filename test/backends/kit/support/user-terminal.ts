import { PassThrough } from 'node:stream';
import { waitFor } from '../../../support/wait-for.ts';

/** The user's own terminal: what is typed and what is shown. */
export class UserTerminal {
  readonly stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(this: { isRaw: boolean }, raw: boolean) {
      this.isRaw = raw;
      return this;
    },
  });
  readonly stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 91, rows: 31 });
  shown = '';

  constructor() {
    this.stdout.on('data', (chunk) => {
      this.shown += chunk;
    });
  }

  get streams() {
    return { stdin: this.stdin, stdout: this.stdout, stderr: this.stdout, terminal: true };
  }

  type(keys: string): void {
    this.stdin.write(keys);
  }

  /** Whether the terminal is as it was before anything used it. */
  get isRestored(): boolean {
    const listeners =
      this.stdin.listenerCount('data') + this.stdin.listenerCount('error') + this.stdout.listenerCount('resize');
    return !this.stdin.isRaw && listeners === 0;
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.stdout, { columns, rows }).emit('resize');
  }

  async shows(what: string | RegExp): Promise<void> {
    await waitFor(() => this.shown.match(what), { what: `${what} in ${this.shown.slice(-500)}` });
  }
}
