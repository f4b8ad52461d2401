/** Where an `Heartbeat` gets what it knows, and whom it tells. */
export interface HeartbeatOptions {
  /** Sends something that the other end answers at once, however long it works on what it was sent before. */
  readonly sendPing: () => void;
  /** Seconds between two looks; undefined when nothing is expected from the other end. */
  readonly interval: () => number | undefined;
  /** Called at each look, with the seconds since the other end was last heard. */
  readonly onSilence: (seconds: number) => void;
}

/**
 * Notices that the other end of a connection does not answer. While something is expected from it, it is asked from time
 * to time whether it is there, which an end that works for long still answers. It counts looks instead of reading a clock, so that a program that
 * was stopped itself does not take its own pause for the other's silence.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #isPinged = false;
  #silentSeconds = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Something is expected from the other end from now on. */
  expect(): void {
    this.#schedule();
  }

  /** The other end said something. */
  heard(): void {
    this.#isPinged = false;
    this.#silentSeconds = 0;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const seconds = this.#options.interval();
    this.#timer = seconds === undefined ? undefined : setTimeout(() => this.#look(seconds), seconds * 1000);
  }

  #look(seconds: number): void {
    this.#silentSeconds += seconds;
    if (!this.#isPinged) this.#options.sendPing();
    this.#isPinged = true;
    this.#options.onSilence(this.#silentSeconds);
    if (this.#timer !== undefined) this.#schedule();
  }
}
