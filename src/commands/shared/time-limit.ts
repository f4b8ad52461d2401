import { LongTimer } from '../../engine/client/long-timer.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';

/**
 * Limits the time of an action that has no limit of its own.
 * @param seconds the limit; undefined for none
 * @param what the caller waits for, as the end of "Timed out after 3 s while waiting for …"
 * @throws SymphonyError `timeout`; the action goes on until the cluster is closed
 */
export async function withTimeLimit<Result>(
  action: Promise<Result>,
  seconds: number | undefined,
  what: string,
): Promise<Result> {
  if (seconds === undefined) return action;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = new LongTimer(seconds * 1000, () =>
    reject(new SymphonyError('timeout', `Timed out after ${seconds} s while waiting for ${what}.`)),
  );
  try {
    return await Promise.race([action, late]);
  } finally {
    timer.close();
  }
}
