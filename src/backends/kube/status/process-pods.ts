import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations, labels } from '../manifests/labels.ts';
import type { PodJson } from './pod-json.ts';

/** Identifies the pod of a process within its experiment; distinguishes a group from a process of the same name. */
export function memberKey({ group, name }: ProcessReference): string {
  return group === null ? name : `${group}/`;
}

/** The member key of a pod; undefined for a replaced pod. */
export function podMember({ metadata }: KubeObject): string | undefined {
  const own = metadata.labels ?? {};
  const member = own[labels.member];
  return member !== undefined && own[labels.group] !== undefined ? `${member}/` : member;
}

/** Whether a process is, or was, in this pod. */
export function isPodOf({ metadata }: KubeObject, { group, name }: ProcessReference): boolean {
  const own = metadata.labels ?? {};
  return (own[labels.member] ?? own[labels.pastMember]) === (group ?? name) && (own[labels.group] ?? null) === group;
}

/** The current and past pods of a process, oldest first. */
export function podsOf(pods: Iterable<KubeObject>, reference: ProcessReference): KubeObject[] {
  return [...pods].filter((pod) => isPodOf(pod, reference)).sort((a, b) => generation(a) - generation(b));
}

/** The pod of the newest generation. @param pods those of one member */
export function newestPod(pods: Iterable<KubeObject>): KubeObject | undefined {
  let found: KubeObject | undefined;
  for (const pod of pods) if (found === undefined || generation(pod) >= generation(found)) found = pod;
  return found;
}

/** The generation of a pod: 0 for the launch's pod, plus one for each restart by command. */
export function generation({ metadata }: Pick<KubeObject, 'metadata'>): number {
  const number = Number(metadata.annotations?.[annotations.generation] ?? 0);
  return Number.isFinite(number) ? number : 0;
}

/** Whether no container of the pod will start any more. */
export function isPodOver({ status }: PodJson): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}
