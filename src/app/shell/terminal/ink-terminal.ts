import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Streams } from '../../../engine/contract/capabilities.ts';
import { type MouseEvent, mouseOff, mouseOn, parseMouse } from './mouse.ts';
import { stopOwnJob } from './stop-job.ts';
import type { TerminalControl } from './terminal-control.ts';

/** The control functions that Ink gives to components. */
export interface InkControl {
  suspendTerminal(callback: () => Promise<void>): Promise<unknown>;
  exit(): void;
}

export interface InkTerminalOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  onMouse(event: MouseEvent): void;
  /** Called with true before another program gets the terminal, and with false after the interface has it again. */
  onHandOver(isAway: boolean): void;
  onExit(code: number): void;
}

/**
 * The terminal under a running Ink application. Mouse reports never reach Ink's input, so a listener of this class reads them
 * from stdin. The listener is removed while another program has the terminal: it would consume that program's input.
 */
export class InkTerminal implements TerminalControl {
  readonly #options: InkTerminalOptions;
  #ink: InkControl | undefined;
  #mouse = false;
  #busy: Promise<unknown> = Promise.resolve();
  readonly #listen = (data: string | Buffer): void => {
    for (const event of parseMouse(data.toString())) this.#options.onMouse(event);
  };

  constructor(options: InkTerminalOptions) {
    this.#options = options;
  }

  /** Must be called once Ink runs. */
  connect(ink: InkControl): void {
    this.#ink = ink;
    this.#applyMouse(this.#mouse);
  }

  setMouse(on: boolean): void {
    if (on === this.#mouse) return;
    this.#mouse = on;
    if (this.#ink !== undefined) this.#applyMouse(on);
  }

  /** Turns off the terminal modes that Ink does not manage. */
  release(): void {
    this.#ink = undefined;
    this.#applyMouse(false);
  }

  writeSequence(sequence: string): void {
    this.#options.stdout.write(sequence);
  }

  writeSequenceLater(sequence: string): void {
    void this.#busy.then(() => {
      if (this.#ink !== undefined) this.writeSequence(sequence);
    });
  }

  handOver<Result>(run: (streams: Streams) => Promise<Result>): Promise<Result> {
    const { stdin, stdout, stderr } = this.#options;
    return this.#suspended(async () => {
      // Node has a read of stdin pending: without these turns it would consume the next program's first key.
      await nextTurn();
      stdin.pause();
      await nextTurn();
      this.#options.onHandOver(true);
      try {
        return await run({ stdin, stdout, stderr, terminal: true });
      } finally {
        this.#options.onHandOver(false);
        // The program may have paused stdin. That takes effect in the next turn, and would stop Ink's reading if it came later.
        await nextTurn();
      }
    });
  }

  stopJob(): Promise<void> {
    return this.#suspended(async () => {
      await nextTurn();
      await stopOwnJob();
    });
  }

  redraw(): Promise<void> {
    return this.#suspended(async () => {});
  }

  exit(code: number): void {
    this.#options.onExit(code);
    this.#ink?.exit();
  }

  #suspended<Result>(run: () => Promise<Result>): Promise<Result> {
    const turn = this.#busy.then(async () => {
      const ink = this.#ink;
      if (ink === undefined) throw new Error('The terminal is not connected.');
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      // The run may fail before the screen is restored, and its error is handled only afterwards.
      promise.catch(() => {});
      this.#applyMouse(false);
      await ink.suspendTerminal(async () => {
        await run().then(resolve, reject);
      });
      if (this.#ink !== undefined) this.#applyMouse(this.#mouse);
      return promise;
    });
    this.#busy = turn.catch(() => {});
    return turn;
  }

  #applyMouse(on: boolean): void {
    const { stdin, stdout } = this.#options;
    stdin.off('data', this.#listen);
    if (on) stdin.on('data', this.#listen);
    if (stdout.writable) stdout.write(on ? mouseOn : mouseOff);
  }
}
