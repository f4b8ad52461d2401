import type { LogLine } from '../../engine/logs.ts';

export interface FloodLimits {
  /** Lines a second that are taken in at most. */
  readonly linesPerSecond: number;
  /** Lines that are taken in at once before that limit applies: the end of a long log. */
  readonly burst: number;
  /** Seconds over which a source must have had more to give than is taken in, to count as a flood. */
  readonly patience: number;
}

export const floodLimits: FloodLimits = { linesPerSecond: 40_000, burst: 30_000, patience: 2 };

/** A line counts once for so many of its characters. */
const charactersPerLine = 500;
/** A flood keeps the reader waiting for more than this share of the time. */
const floodShare = 0.5;
/** Seconds; longer, and the screen would stand still. */
const maxWaitSeconds = 0.25;

/**
 * Keeps a reader of a fast source from taking the whole machine (a bucket of tokens, one for each line), and notices a
 * source that cannot be kept pace with: reading on would only fall further behind.
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

  /** To be told of each batch that was taken in. @returns how long to wait before the next one, in seconds */
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
