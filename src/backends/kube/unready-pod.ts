import type { PodCondition, PodJson } from './pod-json.ts';

export interface UnresponsiveNode {
  readonly node: string;
  /** ISO time; absent if unknown. */
  readonly since?: string;
}

/**
 * The node of a pod that does not answer. The cluster then takes back the pod's Ready condition and nothing else: what its
 * containers were, the last time the node told, still stands beside it.
 */
export function unresponsiveNode(pod: PodJson): UnresponsiveNode | undefined {
  const ready = contradiction(pod);
  if (ready === undefined || ready.reason === gatesNotReady) return undefined;
  const since = ready.lastTransitionTime;
  return { node: pod.spec?.nodeName ?? '', ...(since === undefined ? {} : { since }) };
}

/** In words: the node of a pod does not answer. */
export function unresponsiveNodeReason({ node, since }: UnresponsiveNode): string {
  return `its node ${node} does not answer${since === undefined ? '' : ` since ${since}`}`;
}

/** Why a pod is not ready although its containers are; undefined if it is ready, or they are not. */
export function unreadyPodReason(pod: PodJson): string | undefined {
  const silent = unresponsiveNode(pod);
  if (silent !== undefined) return unresponsiveNodeReason(silent);
  const ready = contradiction(pod);
  return ready && `not ready: ${ready.message ?? 'a readiness gate of its pod is not open'}`;
}

const gatesNotReady = 'ReadinessGatesNotReady';

/** The Ready condition of a pod that is not ready, although all its containers are. */
function contradiction({ status }: PodJson): PodCondition | undefined {
  const { conditions = [], phase } = status ?? {};
  const ready = conditions.find(({ type }) => type === 'Ready');
  const containers = conditions.find(({ type }) => type === 'ContainersReady');
  return phase === 'Running' && ready?.status === 'False' && containers?.status === 'True' ? ready : undefined;
}
