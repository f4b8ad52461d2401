/**
 * Lets only so many connections begin at once. A server of ssh refuses some of many that have not proved who they are
 * (`MaxStartups`, from 10 on).
 */
export class Handshakes {
  readonly #max: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Resolves when another one may begin, with what ends it. */
  async begin(): Promise<() => void> {
    if (this.#running >= this.#max) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    };
  }
}
