import type { LogLine } from '../../../../engine/contract/logs.ts';

export interface FloodLimits {
  /** The largest rate, in lines per second. */
  readonly linesPerSecond: number;
  /** How many lines are accepted at once before the rate limit applies, such as the end of a long log. */
  readonly burst: number;
  /** How many seconds a source must exceed the rate to count as a flood. */
  readonly patience: number;
}

export const floodLimits: FloodLimits = { linesPerSecond: 40_000, burst: 30_000, patience: 2 };

/** A long line counts once more for each such number of characters. */
const charactersPerLine = 500;
/** A source is a flood if its reader has to wait for more than this share of the time. */
const floodShare = 0.5;
/** A longer wait would visibly freeze the screen. */
const maxWaitSeconds = 0.25;

/**
 * Keeps the reader of a fast source from using the whole CPU (a token bucket, with one token per line), and detects a source
 * that is too fast: its reader would only fall further behind.
 */
export class FloodGate {
  readonly #limits: FloodLimits;
  #tokens: number;
  #refilled: number;
  #windowStart: number;
  #waited = 0;

  /** @param now seconds */
  constructor(now: number, limits: FloodLimits = floodLimits) {
    this.#limits = limits;
    this.#tokens = limits.burst;
    this.#refilled = now;
    this.#windowStart = now;
  }

  /** Accounts for a batch. @param now seconds @returns how many seconds to wait before the next batch, and if it is a flood */
  take(batch: readonly LogLine[], now: number): { readonly wait: number; readonly flooded: boolean } {
    const { linesPerSecond, burst, patience } = this.#limits;
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#refilled) * linesPerSecond);
    this.#refilled = now;
    for (const line of batch) this.#tokens -= 1 + Math.floor(line.text.length / charactersPerLine);
    const wait = this.#tokens >= 0 ? 0 : Math.min(maxWaitSeconds, -this.#tokens / linesPerSecond);
    const passed = now - this.#windowStart;
    let flooded = false;
    if (passed >= patience) {
      flooded = this.#waited > passed * floodShare;
      this.#windowStart = now;
      this.#waited = 0;
    }
    this.#waited += wait;
    return { wait, flooded };
  }
}
