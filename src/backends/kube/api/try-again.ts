import { setTimeout as delay } from 'node:timers/promises';
import { abortError } from '../../../engine/errors.ts';
import { ApiError } from './api-error.ts';

/** A connection kept alive had been closed by the server at that very moment: nothing was done yet. */
export class StaleConnection extends Error {
  constructor(cause: unknown) {
    super('The connection had ended.', { cause });
  }
}

/** How often a server that is busy is asked again, and for how many seconds in all. */
const mostRetries = 5;
const longestWait = 20;

/** Decides after each failure of one request whether to send it again, and waits until then. */
export class Persistence {
  readonly #signal: AbortSignal | undefined;
  #hasReconnected = false;
  #hasRenewed = false;
  #retries = 0;
  #waited = 0;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** @param refused has other credentials be used, if there are any */
  async again(error: unknown, refused: () => Promise<boolean>): Promise<boolean> {
    if (error instanceof StaleConnection) {
      if (this.#hasReconnected) return false;
      this.#hasReconnected = true;
      return true;
    }
    if (!(error instanceof ApiError)) return false;
    if (error.status === 401) {
      if (this.#hasRenewed) return false;
      this.#hasRenewed = true;
      return refused();
    }
    // As clients of Kubernetes are meant to: a server that is not too busy says so, and when.
    const seconds = error.retryAfter ?? (error.status === 429 ? 1 : undefined);
    if (seconds === undefined || (error.status !== 429 && error.status < 500)) return false;
    if (this.#retries >= mostRetries || this.#waited + seconds > longestWait) return false;
    this.#retries += 1;
    this.#waited += seconds;
    await delay(seconds * 1000, undefined, { ...(this.#signal && { signal: this.#signal }) }).catch(() => {
      throw abortError(this.#signal as AbortSignal);
    });
    return true;
  }
}
