import type { WebSocket } from 'ws';

export interface HeartbeatOptions {
  /** Checks over another connection whether the server answers. */
  readonly isReachable: () => Promise<boolean>;
  /** Called when the connection is lost. */
  readonly onLost: () => void;
  /** Milliseconds between two pings; 5,000 by default. */
  readonly intervalMilliseconds?: number;
  /** The connection is lost after this number of unanswered pings; 4 by default. */
  readonly maxUnanswered?: number;
}

/**
 * Detects that the other end of a connection is gone without a close, as after a network failure or when a machine
 * slept. It counts pings rather than seconds, so that the other end has time to answer after this machine wakes up.
 */
export class Heartbeat {
  readonly #socket: WebSocket;
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;
  #pings = 0;
  #lastAnswered = 0;
  #pingsBeforeInput = 0;

  /** The heartbeat stops when the connection closes. */
  constructor(socket: WebSocket, options: HeartbeatOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#timer = setInterval(() => this.#beat(), options.intervalMilliseconds ?? 5_000);
    const onActivity = () => {
      this.#unanswered = 0;
    };
    socket.on('message', onActivity);
    socket.on('pong', (number) => {
      onActivity();
      this.#lastAnswered = Number(number);
    });
    socket.once('close', () => clearInterval(this.#timer));
  }

  /** Call it after sending data that the other end may not read at once. */
  sent(): void {
    this.#pingsBeforeInput = this.#pings;
  }

  /**
   * While a command does not read its input, the server reads nothing from the connection, not even pings; and some
   * servers never answer pings. In both cases missing pongs prove nothing.
   */
  get #mayBeBusy(): boolean {
    return this.#lastAnswered <= this.#pingsBeforeInput;
  }

  #beat(): void {
    // A paused socket delivers no pongs, so missing ones do not count.
    if (this.#socket.isPaused) {
      this.#unanswered = 0;
    } else if (this.#unanswered >= (this.#options.maxUnanswered ?? 4)) {
      this.#unanswered = 0;
      void this.#closeIfUnreachable();
    } else {
      this.#unanswered++;
      this.#socket.ping(String(++this.#pings), undefined, () => undefined);
    }
  }

  async #closeIfUnreachable(): Promise<void> {
    const lives = this.#mayBeBusy && (await this.#options.isReachable());
    if (!lives && this.#socket.readyState !== this.#socket.CLOSED) this.#options.onLost();
  }
}
