import { SymphonyError } from '../engine/errors.ts';

/**
 * The result of an action that has no time limit of its own.
 * @param seconds the limit; undefined for none
 * @param what was waited for, as the end of "Waited 3 s in vain for …"
 * @throws SymphonyError `timeout`; the action goes on until the cluster is closed
 */
export async function withTimeLimit<Result>(
  action: Promise<Result>,
  seconds: number | undefined,
  what: string,
): Promise<Result> {
  if (seconds === undefined) return action;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new SymphonyError('timeout', `Waited ${seconds} s in vain for ${what}.`)),
    seconds * 1000,
  );
  try {
    return await Promise.race([action, late]);
  } finally {
    clearTimeout(timer);
  }
}
