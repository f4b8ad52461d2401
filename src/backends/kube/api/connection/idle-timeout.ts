const checkIntervalMilliseconds = 10_000;

/**
 * Detects a connection to give up: it has received nothing for too long, or this machine slept, after which the other
 * end may be gone unnoticed.
 */
export class IdleTimeout {
  readonly #limitMilliseconds: number;
  readonly #onEnd: () => void;
  readonly #timer: NodeJS.Timeout;
  #lastActivity = Date.now();
  #lastCheck = Date.now();

  /** @param seconds without activity before `onEnd` is called */
  constructor(seconds: number, onEnd: () => void) {
    this.#limitMilliseconds = seconds * 1000;
    this.#onEnd = onEnd;
    this.#timer = setInterval(() => this.#check(), checkIntervalMilliseconds);
    this.#timer.unref();
  }

  /** Call it when data has arrived. */
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
