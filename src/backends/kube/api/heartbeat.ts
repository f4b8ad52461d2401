import type { WebSocket } from 'ws';

export interface HeartbeatOptions {
  /** Asks the other end in some other way whether it is there. */
  readonly isReachable: () => Promise<boolean>;
  /** The connection is no more. */
  readonly onLost: () => void;
  /** Milliseconds between two pings. */
  readonly intervalMilliseconds?: number;
  /** So many pings without any sign of life are too many. */
  readonly maxUnanswered?: number;
}

/**
 * Notices that the other end of a connection is gone although nobody said so: the network went, or a machine slept. Pings
 * are counted and not seconds, so that a machine that wakes up gives the other end the time to answer.
 */
export class Heartbeat {
  readonly #socket: WebSocket;
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;
  #pings = 0;
  #lastAnswered = 0;
  #pingsBeforeInput = 0;

  /** Ends with the connection. */
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

  /** Something was sent that the other end may not want yet. */
  sent(): void {
    this.#pingsBeforeInput = this.#pings;
  }

  /**
   * A server reads nothing, pings neither, while a command does not take its input; and some never answer pings. Then
   * silence alone tells nothing.
   */
  get #mayBeBusy(): boolean {
    return this.#lastAnswered <= this.#pingsBeforeInput;
  }

  #beat(): void {
    // Whoever does not listen hears no answer.
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
