import type { RestartPolicy } from '../../engine/spec/experiment-spec.ts';

const firstDelaySeconds = 1;
export const maxDelaySeconds = 60;
/** A run of so many seconds is healthy: the delay starts over. */
const healthySeconds = 600;

export interface EndedRun {
  readonly succeeded: boolean;
  /** How long it ran. */
  readonly seconds: number;
  /** Restarts by the policy since it was last healthy, or last started by hand. */
  readonly restartsInARow: number;
}

export type RestartDecision =
  | { readonly restart: false /** It would, were it not for `maxRestarts`. */; readonly exhausted: boolean }
  | { readonly restart: true; readonly delaySeconds: number; readonly restartsInARow: number };

/** Whether a process that ended by itself is started again, and after how long: 1 s, doubled each time up to a minute. */
export function decideRestart(policy: RestartPolicy, maxRestarts: number | null, ended: EndedRun): RestartDecision {
  const wanted = policy === 'always' || (policy === 'on-failure' && !ended.succeeded);
  if (!wanted) return { restart: false, exhausted: false };
  const before = ended.seconds >= healthySeconds ? 0 : ended.restartsInARow;
  if (maxRestarts !== null && before >= maxRestarts) return { restart: false, exhausted: true };
  // 2 to the power of a large number is beyond any delay, and soon beyond any number.
  const delaySeconds = Math.min(firstDelaySeconds * 2 ** Math.min(before, 16), maxDelaySeconds);
  return { restart: true, delaySeconds, restartsInARow: before + 1 };
}
