import { isFinal } from '../../../engine/contract/status.ts';
import { decideRestart } from '../../../engine/rules/restart-policy.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { describeExhausted } from '../../../engine/text/describe-restart.ts';
import { annotations } from '../manifests/labels.ts';
import type { PodJson } from './pod-json.ts';
import type { ContainerOutcome } from './pod-status.ts';

/** What the supervisor does once a process has ended with its pod. */
export type NextRun =
  /** Nothing: its policy does not restart it, or its node does. */
  | { readonly kind: 'none' }
  /** Its policy would restart it, and has done so as often as it may. */
  | { readonly kind: 'exhausted'; readonly restarts: number }
  /** The supervisor creates its next pod. */
  | {
      readonly kind: 'restart';
      /** Milliseconds since 1970; undefined if the end of the last run is unknown. */
      readonly at: number | undefined;
      /** The delay after the end of the last run. */
      readonly delaySeconds: number;
      /** Restarts by the policy, this one included. */
      readonly restartsInARow: number;
    };

type Policy = Pick<ResolvedProcess, 'restart' | 'maxRestarts'>;

/**
 * Decides what follows the end of a process in a supervised experiment, from its last pod alone. A process that was lost
 * is restarted by the supervisor; one that ended by itself only if its pod says that no node restarts it.
 * @param pod its last pod; undefined if it is gone
 * @param restartsInARow those before a missing pod, as stored with its template
 */
export function nextRun(
  policy: Policy,
  pod: PodJson | undefined,
  { state, startedAt, finishedAt }: Pick<ContainerOutcome, 'state' | 'startedAt' | 'finishedAt'>,
  restartsInARow = pod === undefined ? 0 : restartsOf(pod),
): NextRun {
  if (!isFinal(state) || state === 'stopped') return { kind: 'none' };
  const isOwn = pod?.metadata.annotations?.[annotations.restartedBy] !== undefined;
  if (state !== 'lost' && !isOwn) return { kind: 'none' };
  const finished = Date.parse(finishedAt ?? '');
  const seconds = (finished - Date.parse(startedAt ?? '')) / 1000 || 0;
  // The number of restarts of a process that its node restarts is not limited.
  const maxRestarts = isOwn || pod === undefined ? policy.maxRestarts : null;
  const ended = { succeeded: state === 'succeeded', seconds, restartsInARow };
  const decision = decideRestart(policy.restart, maxRestarts, ended);
  if (!decision.restart) return decision.exhausted ? { kind: 'exhausted', restarts: restartsInARow } : { kind: 'none' };
  const { delaySeconds } = decision;
  const at = Number.isNaN(finished) ? undefined : finished + delaySeconds * 1000;
  return { kind: 'restart', at, delaySeconds, restartsInARow: decision.restartsInARow };
}

/** The restarts by policy before a pod, since the last healthy run. */
export function restartsOf({ metadata }: Pick<PodJson, 'metadata'>): number {
  const count = Number(metadata.annotations?.[annotations.restartsInARow] ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** The outcome of a process that the supervisor may restart: `backoff` if it does. */
export function withNextRun(outcome: ContainerOutcome, next: NextRun): ContainerOutcome {
  if (next.kind === 'none') return outcome;
  if (next.kind === 'exhausted') {
    const why = outcome.reason ?? 'ended';
    return { ...outcome, reason: describeExhausted(why, next.restarts) };
  }
  const until = next.at === undefined ? {} : { until: new Date(next.at).toISOString() };
  return { ...outcome, state: 'backoff', ...until };
}
