const checkInterval = 10_000;

/**
 * Tells when a connection should be given up: nothing was heard on it for too long, or this machine slept, after which
 * the other end may be gone without this one knowing.
 */
export class Silence {
  readonly #longest: number;
  readonly #onEnd: () => void;
  readonly #timer: NodeJS.Timeout;
  #heard = Date.now();
  #checked = Date.now();

  /** @param longest seconds */
  constructor(longest: number, onEnd: () => void) {
    this.#longest = longest * 1000;
    this.#onEnd = onEnd;
    this.#timer = setInterval(() => this.#check(), checkInterval);
    this.#timer.unref();
  }

  /** Something was heard. */
  broken(): void {
    this.#heard = Date.now();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const now = Date.now();
    const slept = now - this.#checked > 3 * checkInterval;
    this.#checked = now;
    if (!slept && now - this.#heard < this.#longest) return;
    this.end();
    this.#onEnd();
  }
}
