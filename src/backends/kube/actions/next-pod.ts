import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../labels.ts';
import { generation } from '../logs/container-runs.ts';
import { podNameOfGeneration, withoutGeneration } from '../object-names.ts';
import { earlierRuns } from '../pod-runs.ts';

/** Which pod of a member one is, and how many runs each of its containers had before it, by name. */
export interface PodCount {
  readonly generation: number;
  readonly earlierRuns: Readonly<Record<string, number>>;
}

/** The count of the pod that follows one. */
export function countAfter({ metadata, spec, status }: KubeObject): PodCount {
  const pod = { metadata };
  const statuses = (status?.containerStatuses ?? []) as readonly {
    readonly name: string;
    readonly restartCount?: number;
  }[];
  const runs = spec.containers.map(({ name }: { readonly name: string }) => {
    const restarts = statuses.find((container) => container.name === name)?.restartCount ?? 0;
    return [name, earlierRuns(pod, name) + restarts + 1];
  });
  return { generation: generation({ metadata }) + 1, earlierRuns: Object.fromEntries(runs) };
}

/** The same after a pod that is gone with its own count of restarts: each container had one run at least. */
export function countAfterMissing(template: KubeObject, last: PodCount | undefined): PodCount {
  const runs = template.spec.containers.map(({ name }: { readonly name: string }) => [
    name,
    (last?.earlierRuns[name] ?? 0) + 1,
  ]);
  return { generation: (last?.generation ?? 0) + 1, earlierRuns: Object.fromEntries(runs) };
}

/** The pod of the next run. @param template the pod as its author wrote it */
export function nextPod(template: KubeObject, count: PodCount): KubeObject {
  const { metadata, spec } = template;
  return {
    ...template,
    metadata: {
      ...metadata,
      name: podNameOfGeneration(metadata.name, count.generation),
      annotations: {
        ...metadata.annotations,
        [annotations.generation]: String(count.generation),
        [annotations.earlierRuns]: JSON.stringify(count.earlierRuns),
      },
    },
    // A pod is known inside by the name of the pod of the launch.
    spec: { ...spec, hostname: spec.hostname ?? withoutGeneration(metadata.name) },
  };
}

/** A pod of the cluster as its author wrote it, as far as it can be told: for launches that kept no templates. */
export function templateOf({ metadata, spec }: KubeObject): KubeObject {
  const {
    [annotations.stopped]: _stopped,
    [annotations.ended]: _ended,
    [annotations.logReady]: _ready,
    [annotations.deadline]: deadline,
    ...kept
  } = metadata.annotations ?? {};
  const {
    nodeName: _node,
    activeDeadlineSeconds: _deadline,
    priority: _priority,
    preemptionPolicy: _preemption,
    ...wanted
  } = spec;
  const tokens = (wanted.volumes ?? []).map(({ name }: { name: string }) => name).filter(isTokenVolume);
  const withoutToken = (container: { volumeMounts?: readonly { name: string }[] }) => ({
    ...container,
    volumeMounts: (container.volumeMounts ?? []).filter(({ name }) => !tokens.includes(name)),
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: metadata.name,
      ...(metadata.namespace && { namespace: metadata.namespace }),
      ...(metadata.labels && { labels: metadata.labels }),
      ...(metadata.ownerReferences && { ownerReferences: metadata.ownerReferences }),
      annotations: kept,
    },
    spec: {
      ...wanted,
      ...(deadline !== undefined && { activeDeadlineSeconds: Number(deadline) }),
      volumes: (wanted.volumes ?? []).filter(({ name }: { name: string }) => !tokens.includes(name)),
      containers: wanted.containers.map(withoutToken),
      ...(wanted.initContainers && { initContainers: wanted.initContainers.map(withoutToken) }),
    },
  };
}

/** What the cluster mounts for the service account, by the names it gives it. */
function isTokenVolume(name: string): boolean {
  return /^kube-api-access-[a-z0-9]{5}$|-token-[a-z0-9]{5}$/.test(name);
}
