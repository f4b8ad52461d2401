/** The longest delay of a timer of the platform, 24.8 days: with a longer one it fires at once. */
const maxDelayMilliseconds = 2 ** 31 - 1;

/** A timer for any duration, `Infinity` included. */
export class LongTimer {
  #timer: NodeJS.Timeout | undefined;

  /** @param action called once after so many milliseconds, unless the timer is closed before */
  constructor(milliseconds: number, action: () => void) {
    this.#schedule(milliseconds, action);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #schedule(milliseconds: number, action: () => void): void {
    const delay = Math.min(milliseconds, maxDelayMilliseconds);
    const rest = milliseconds - delay;
    this.#timer = setTimeout(() => (rest > 0 ? this.#schedule(rest, action) : action()), delay);
  }
}
