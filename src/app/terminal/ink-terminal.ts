import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Streams } from '../../engine/capabilities.ts';
import type { TerminalControl } from '../store/context.ts';
import { type MouseEvent, mouseOff, mouseOn, parseMouse } from './mouse.ts';
import { stopOwnJob } from './stop-job.ts';

/** What Ink gives to the components of an application. */
export interface InkControl {
  suspendTerminal(callback: () => Promise<void>): Promise<unknown>;
  exit(): void;
}

export interface InkTerminalOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  onMouse(event: MouseEvent): void;
  /** Told before the terminal is given to another program, and after it is back. */
  onHandOver(isAway: boolean): void;
  onExit(code: number): void;
}

/**
 * The terminal under a running Ink application. Mouse reports never reach Ink's input, so they are read beside it; that
 * listener must be off the stream while somebody else has the terminal, or it would eat what is typed.
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

  /** To be called once Ink runs. */
  connect(ink: InkControl): void {
    this.#ink = ink;
    this.#applyMouse(this.#mouse);
  }

  setMouse(on: boolean): void {
    if (on === this.#mouse) return;
    this.#mouse = on;
    if (this.#ink !== undefined) this.#applyMouse(on);
  }

  /** Leaves the terminal without the modes that Ink does not know of. */
  release(): void {
    this.#ink = undefined;
    this.#applyMouse(false);
  }

  writeSequence(sequence: string): void {
    this.#options.stdout.write(sequence);
  }

  handOver<Result>(run: (streams: Streams) => Promise<Result>): Promise<Result> {
    const { stdin, stdout, stderr } = this.#options;
    return this.#suspended(async () => {
      // Node reads ahead: without these turns its pending read would take the first key from whoever comes next.
      await nextTurn();
      stdin.pause();
      await nextTurn();
      this.#options.onHandOver(true);
      try {
        return await run({ stdin, stdout, stderr, terminal: true });
      } finally {
        this.#options.onHandOver(false);
        // Whoever had it may have paused its stream, which takes effect in the next turn and would stop the reading of ours.
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
      if (ink === undefined) throw new Error('The terminal is not there.');
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      // It may fail before the screen is back, and is only looked at then.
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
