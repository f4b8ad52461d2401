import type { RestartPolicy } from '../spec/experiment-spec.ts';

const firstDelaySeconds = 1;
const maxDelaySeconds = 60;
/** A run that lasted this long counts as healthy and resets the delay. */
const healthySeconds = 600;

export interface EndedRun {
  readonly succeeded: boolean;
  /** How long the run lasted. */
  readonly seconds: number;
  /** Restarts by the policy since the last healthy run or manual start. */
  readonly restartsInARow: number;
}

export type RestartDecision =
  /** `exhausted`: the policy would restart the process if `maxRestarts` allowed it. */
  | { readonly restart: false; readonly exhausted: boolean }
  | { readonly restart: true; readonly delaySeconds: number; readonly restartsInARow: number };

/**
 * Decides whether a process that ended on its own is restarted, and after which delay: 1 s, doubled each time up to a
 * minute.
 */
export function decideRestart(policy: RestartPolicy, maxRestarts: number | null, ended: EndedRun): RestartDecision {
  const wanted = policy === 'always' || (policy === 'on-failure' && !ended.succeeded);
  if (!wanted) return { restart: false, exhausted: false };
  const before = ended.seconds >= healthySeconds ? 0 : ended.restartsInARow;
  if (maxRestarts !== null && before >= maxRestarts) return { restart: false, exhausted: true };
  // The exponent is capped: larger powers exceed the maximum delay anyway, and eventually the number range.
  const delaySeconds = Math.min(firstDelaySeconds * 2 ** Math.min(before, 16), maxDelaySeconds);
  return { restart: true, delaySeconds, restartsInARow: before + 1 };
}

/**
 * Limits the end of a backoff to the maximum delay: a later time was written before the clock was set back.
 * @param until ISO 8601; undefined means now
 * @param now milliseconds since 1970
 */
export function boundedUntil(until: string | undefined, now: number): string {
  const time = Date.parse(until ?? '');
  const latest = now + maxDelaySeconds * 1000;
  return new Date(Number.isNaN(time) ? now : Math.min(time, latest)).toISOString();
}
