import type { PodCondition, PodJson } from './pod-json.ts';

export interface UnresponsiveNode {
  readonly node: string;
  /** ISO time; absent if unknown. */
  readonly since?: string;
}

/**
 * The node of a pod, if the node does not answer. In this case the cluster withdraws only the pod's Ready condition;
 * the last reported container states remain in the status.
 */
export function unresponsiveNode(pod: PodJson): UnresponsiveNode | undefined {
  const ready = contradiction(pod);
  if (ready === undefined || ready.reason === gatesNotReady) return undefined;
  const since = ready.lastTransitionTime;
  return { node: pod.spec?.nodeName ?? '', ...(since === undefined ? {} : { since }) };
}

/** States that the node of a pod does not answer. */
export function unresponsiveNodeReason({ node, since }: UnresponsiveNode): string {
  return `its node ${node} does not answer${since === undefined ? '' : ` since ${since}`}`;
}

/** Why a pod is not ready although its containers are; undefined if it is ready or its containers are not. */
export function unreadyPodReason(pod: PodJson): string | undefined {
  const silent = unresponsiveNode(pod);
  if (silent !== undefined) return unresponsiveNodeReason(silent);
  const ready = contradiction(pod);
  return ready && `not ready: ${ready.message ?? 'a readiness gate of its pod is not open'}`;
}

const gatesNotReady = 'ReadinessGatesNotReady';

/** The Ready condition of a pod that is not ready although all its containers are. */
function contradiction({ status }: PodJson): PodCondition | undefined {
  const { conditions = [], phase } = status ?? {};
  const ready = conditions.find(({ type }) => type === 'Ready');
  const containers = conditions.find(({ type }) => type === 'ContainersReady');
  return phase === 'Running' && ready?.status === 'False' && containers?.status === 'True' ? ready : undefined;
}
