import { annotations } from './labels.ts';
import type { EventJson, PodJson } from './pod-json.ts';
import { shorten } from './waiting-reason.ts';

/** An end that neither the processes of a pod nor Symphony have brought about. */
export interface Disruption {
  /** In words: what ended the pod, as far as the cluster tells. */
  readonly reason: string;
  /** When the end was asked for, in milliseconds since 1970; undefined where the cluster does not tell. */
  readonly requestedAt?: number;
}

/**
 * What ended a pod, or is ending it, from outside: an eviction, a preemption, a node that is shut down, a deletion.
 * @param events those of the pod, oldest first
 * @returns undefined if nothing did, or Symphony itself
 */
export function podDisruption(pod: PodJson, events: readonly EventJson[] = []): Disruption | undefined {
  const { metadata, status } = pod;
  if (metadata.annotations?.[annotations.stopped] !== undefined) return undefined;
  const target = status?.conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  const node = pod.spec?.nodeName;
  const reason =
    statusReason(pod) ?? eventReason(events, node) ?? (target && targetReason(target.reason, target.message, node));
  const requestedAt = deletionRequestedAt(pod) ?? (target && milliseconds(target.lastTransitionTime));
  if (reason === undefined && metadata.deletionTimestamp === undefined) return undefined;
  return { reason: reason ?? deletedFromOutside, ...(requestedAt === undefined ? {} : { requestedAt }) };
}

/** Why a pod that is not there any more went, from what happened to it. @param events those of the pod, oldest first */
export function missingPodReason(pod: string, events: readonly EventJson[] = []): string {
  return `its pod ${pod} is gone: ${eventReason(events, undefined) ?? deletedFromOutside}`;
}

/** Kubernetes of old releases does not tell a drain from `kubectl delete pod`. */
const deletedFromOutside = 'it was deleted by hand, or evicted (as when its node is drained)';

/** Why the node ended the pod, or refused to start it. */
function statusReason({ status, spec }: PodJson): string | undefined {
  const { phase, reason, message = '' } = status ?? {};
  // The deadline is the author's own.
  if (phase !== 'Failed' || reason === undefined || reason === 'DeadlineExceeded') return undefined;
  const why = message === '' ? '' : `: ${shorten(message)}`;
  if (reason === 'Evicted') return `evicted from its node${why}`;
  if (reason === 'Preempting' || reason === 'Preempted') return 'preempted by a pod of higher priority';
  if (reason === 'NodeShutdown' || reason === 'Shutdown' || reason === 'Terminated') return 'its node was shut down';
  return `its node ${spec?.nodeName ?? ''} did not take it: ${reason}${why}`.replace('  ', ' ');
}

function targetReason(reason: string | undefined, message: string | undefined, node: string | undefined): string {
  switch (reason) {
    case 'PreemptionByScheduler':
      return 'preempted by a pod of higher priority';
    case 'DeletionByTaintManager':
      return taintReason(node);
    case 'EvictionByEvictionAPI':
      return `evicted, as when its node${node === undefined ? '' : ` ${node}`} is drained`;
    case 'DeletionByPodGC':
      return `its node${node === undefined ? '' : ` ${node}`} is gone`;
    default:
      return message === undefined || message === '' ? `disrupted: ${reason}` : `disrupted: ${shorten(message)}`;
  }
}

/** The last event that says what ended the pod. */
function eventReason(events: readonly EventJson[], node: string | undefined): string | undefined {
  const event = events.findLast(({ reason = '' }) => endings.has(reason));
  if (event === undefined) return undefined;
  const { reason, message = '' } = event;
  if (reason === 'Preempted') {
    const winner = /^Preempted by (\S+)(?: on node (\S+))?$/.exec(message.trim());
    return winner === null ? 'preempted by a pod of higher priority' : preemptedBy(winner[1] ?? '');
  }
  if (reason === 'Evicted') return `evicted from its node: ${shorten(message)}`;
  return events.some(({ reason }) => reason === 'NodeNotReady')
    ? `evicted, because its node${node === undefined ? '' : ` ${node}`} did not answer`
    : taintReason(node);
}

const endings: ReadonlySet<string> = new Set(['Preempted', 'TaintManagerEviction', 'Evicted']);

/** @param winner `namespace/name`, or what newer releases write in its place: `pod UID` */
function preemptedBy(winner: string): string {
  return winner.includes('/')
    ? `preempted by pod ${winner}, which has a higher priority`
    : 'preempted by a pod of higher priority';
}

function taintReason(node: string | undefined): string {
  return `evicted by a NoExecute taint of its node${node === undefined ? '' : ` ${node}`}`;
}

/** The API server adds the time that the pod is given to end. */
function deletionRequestedAt({ metadata }: PodJson): number | undefined {
  const ends = milliseconds(metadata.deletionTimestamp);
  return ends === undefined ? undefined : ends - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}

function milliseconds(time: string | undefined): number | undefined {
  const value = Date.parse(time ?? '');
  return Number.isNaN(value) ? undefined : value;
}
