/** What a `Heartbeat` needs from the connection that it checks. */
export interface HeartbeatOptions {
  /** Sends a request that the other end answers at once, even while it works on earlier requests. */
  readonly sendPing: () => void;
  /** Seconds between two checks; undefined while no response is expected. */
  readonly interval: () => number | undefined;
  /** Called at each check, with the seconds since the last message of the other end. */
  readonly onSilence: (seconds: number) => void;
}

/**
 * Detects that the other end of a connection does not respond. While a response is expected, it pings the other end at
 * intervals; a busy end still answers pings. It counts checks instead of reading a clock, so that a program that was
 * stopped itself does not mistake its own pause for silence of the other end.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #isPinged = false;
  #silentSeconds = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Starts checking: a response is expected from now on. */
  expect(): void {
    this.#schedule();
  }

  /** Call when a message of the other end arrives. */
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
