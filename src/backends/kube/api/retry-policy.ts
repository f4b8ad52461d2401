import { setTimeout as delay } from 'node:timers/promises';
import { abortError, SymphonyError } from '../../../engine/contract/errors.ts';
import { ApiError } from './api-error.ts';

/** The server closed a kept-alive connection at the moment of reuse: the request had no effect. */
export class StaleConnection extends Error {
  constructor(cause: unknown) {
    super('The connection had ended.', { cause });
  }
}

/** Limits for a busy server: the number of retries, and the seconds of waiting in total. */
const maxRetries = 5;
const maxWaitSeconds = 20;
/** Seconds before each retry of a read while the server is unavailable. */
const readRetryDelaysSeconds = [0.25, 0.5, 1, 2, 4];

/** Decides after each failure of one request whether to send it again, and waits until then. */
export class RetryPolicy {
  readonly #signal: AbortSignal | undefined;
  #hasReconnected = false;
  #hasRenewed = false;
  #retries = 0;
  #waitedSeconds = 0;
  #reads = 0;
  readonly #retriesReads: boolean;

  /** @param retriesReads whether to retry while the server is unavailable; only for requests without side effects */
  constructor(signal: AbortSignal | undefined, retriesReads: boolean) {
    this.#signal = signal;
    this.#retriesReads = retriesReads;
  }

  /** @param refused discards the refused credentials and returns whether new ones can be obtained */
  async shouldRetry(error: unknown, refused: () => Promise<boolean>): Promise<boolean> {
    if (error instanceof StaleConnection && !this.#hasReconnected) {
      this.#hasReconnected = true;
      return true;
    }
    if (isUnavailable(error)) return this.#retryRead();
    if (!(error instanceof ApiError)) return false;
    if (error.status === 401) {
      if (this.#hasRenewed) return false;
      this.#hasRenewed = true;
      return refused();
    }
    // Kubernetes' convention for clients: a server that accepts a retry says when.
    const seconds = error.retryAfter ?? (error.status === 429 ? 1 : undefined);
    if (seconds === undefined || (error.status !== 429 && error.status < 500)) return false;
    if (this.#retries >= maxRetries || this.#waitedSeconds + seconds > maxWaitSeconds) return false;
    this.#retries += 1;
    this.#waitedSeconds += seconds;
    await this.#pause(seconds);
    return true;
  }

  async #retryRead(): Promise<boolean> {
    const seconds = this.#retriesReads ? readRetryDelaysSeconds[this.#reads] : undefined;
    if (seconds === undefined) return false;
    this.#reads += 1;
    await this.#pause(seconds);
    return true;
  }

  async #pause(seconds: number): Promise<void> {
    await delay(seconds * 1000, undefined, { ...(this.#signal && { signal: this.#signal }) }).catch(() => {
      throw abortError(this.#signal as AbortSignal);
    });
  }
}

const dropped = /^(ECONNREFUSED|ECONNRESET|EPIPE|ECONNABORTED)$/;

/** Whether the server has become unreachable or cannot answer yet, as during its restart. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof StaleConnection) return true;
  if (error instanceof ApiError) return error.status >= 500 && error.retryAfter === undefined;
  if (!(error instanceof SymphonyError) || error.code !== 'backend-unavailable') return false;
  const { cause } = error;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return dropped.test((first as NodeJS.ErrnoException | undefined)?.code ?? '');
}
