import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { isStatus } from './api-error.ts';
import type { LongCallOptions } from './kube-client.ts';

/** Seconds to wait for an unavailable server; the replacement of an API server takes less. */
const maxWaitSeconds = 60;
/** Milliseconds between two attempts. */
const retryDelayMilliseconds = 1_000;

/** Whether the server could not be reached, or asked for a later attempt. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof SymphonyError && error.code === 'backend-unavailable' && !isStatus(error, 401);
}

/** Repeats an idempotent action while the server is unavailable. @throws its error after a minute */
export async function retryWhileUnavailable<Result>(
  action: () => Promise<Result>,
  { signal, onProgress }: LongCallOptions = {},
): Promise<Result> {
  const deadline = performance.now() + maxWaitSeconds * 1000;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > deadline) throw error;
      onProgress?.({ message: 'Waiting for the API server', detail: (error as Error).message });
      await delay(retryDelayMilliseconds, undefined, { ...(signal && { signal }) }).catch(() => undefined);
      throwIfAborted(signal);
    }
  }
}
