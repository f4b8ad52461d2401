const checkIntervalMilliseconds = 10_000;

/**
 * Tells when a connection should be given up: nothing was heard on it for too long, or this machine slept, after which
 * the other end may be gone without this one knowing.
 */
export class IdleTimeout {
  readonly #limitMilliseconds: number;
  readonly #onEnd: () => void;
  readonly #timer: NodeJS.Timeout;
  #lastActivity = Date.now();
  #lastCheck = Date.now();

  /** @param seconds seconds */
  constructor(seconds: number, onEnd: () => void) {
    this.#limitMilliseconds = seconds * 1000;
    this.#onEnd = onEnd;
    this.#timer = setInterval(() => this.#check(), checkIntervalMilliseconds);
    this.#timer.unref();
  }

  /** Something was heard. */
  reset(): void {
    this.#lastActivity = Date.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const now = Date.now();
    const slept = now - this.#lastCheck > 3 * checkIntervalMilliseconds;
    this.#lastCheck = now;
    if (!slept && now - this.#lastActivity < this.#limitMilliseconds) return;
    this.stop();
    this.#onEnd();
  }
}
