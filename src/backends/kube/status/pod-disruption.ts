import { annotations } from '../manifests/labels.ts';
import type { EventJson, PodJson } from './pod-json.ts';
import { shorten } from './waiting-reason.ts';

/** The end of a pod that neither its processes nor Symphony caused. */
export interface Disruption {
  /** What ended the pod, in words, as far as the cluster reports it. */
  readonly reason: string;
  /** When the end was requested, in milliseconds since 1970; undefined if the cluster does not report it. */
  readonly requestedAt?: number;
}

/**
 * The external cause of a pod's end: an eviction, a preemption, a node shutdown, a deletion.
 * @param events those of the pod, oldest first
 * @returns undefined if nothing ended it, or Symphony itself did
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

/** Why a missing pod is gone, from its events. @param events those of the pod, oldest first */
export function missingPodReason(pod: string, events: readonly EventJson[] = []): string {
  return `its pod ${pod} is gone: ${eventReason(events, undefined) ?? deletedFromOutside}`;
}

/** Old Kubernetes releases do not distinguish a drain from `kubectl delete pod`. */
const deletedFromOutside = 'it was deleted by hand, or evicted (as when its node is drained)';

/** The reason in the pod's status: why its node ended it or rejected it. */
function statusReason({ status, spec }: PodJson): string | undefined {
  const { phase, reason, message = '' } = status ?? {};
  // The spec itself declares the deadline, so it is no disruption.
  if (phase !== 'Failed' || reason === undefined || reason === 'DeadlineExceeded') return undefined;
  const why = message === '' ? '' : `: ${shorten(message)}`;
  if (reason === 'Evicted') return `evicted from its node${why}`;
  if (reason === 'Preempting' || reason === 'Preempted') return 'preempted by a pod of higher priority';
  if (reason === 'NodeShutdown' || reason === 'Shutdown' || reason === 'Terminated') return 'its node was shut down';
  return `its node ${spec?.nodeName ?? ''} rejected it: ${reason}${why}`.replace('  ', ' ');
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

/** The reason in the last event that reports what ended the pod. */
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

/** @param winner `namespace/name`, or `pod UID` in newer releases */
function preemptedBy(winner: string): string {
  return winner.includes('/')
    ? `preempted by pod ${winner}, which has a higher priority`
    : 'preempted by a pod of higher priority';
}

function taintReason(node: string | undefined): string {
  return `evicted by a NoExecute taint of its node${node === undefined ? '' : ` ${node}`}`;
}

/** `deletionTimestamp` is the time of the request plus the grace period. */
function deletionRequestedAt({ metadata }: PodJson): number | undefined {
  const ends = milliseconds(metadata.deletionTimestamp);
  return ends === undefined ? undefined : ends - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}

function milliseconds(time: string | undefined): number | undefined {
  const value = Date.parse(time ?? '');
  return Number.isNaN(value) ? undefined : value;
}
