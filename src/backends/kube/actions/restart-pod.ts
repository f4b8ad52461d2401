import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations, labels } from '../labels.ts';
import { generation } from '../logs/container-runs.ts';
import { podNameOfGeneration, withoutGeneration } from '../object-names.ts';
import { readCount } from '../read-annotation.ts';
import { stopPod } from './stop-pod.ts';

/**
 * Ends a pod and creates it once more. The one before stays, with its logs, and nothing leads to it; the one before that
 * is removed.
 */
export async function restartPod(
  client: KubeClient,
  pod: KubeObject,
  past: readonly KubeObject[],
  options: CallOptions,
): Promise<void> {
  const { namespace, labels: own } = pod.metadata;
  const ended = await stopPod(client, pod, 'it was restarted', options);
  await client.create(nextPod(ended), options);
  const member = own?.[labels.member] ?? null;
  const relabel = { metadata: { labels: { [labels.member]: null, [labels.pastMember]: member } } };
  await client.patch({ kind: 'Pod', name: pod.metadata.name, namespace }, relabel, options);
  for (const { metadata } of past) {
    await client.remove({ kind: 'Pod', name: metadata.name, namespace }, { uid: metadata.uid, ...options });
  }
}

/** The pod of the next run: as its author wrote it, without what the cluster added. */
export function nextPod(pod: KubeObject): KubeObject {
  const { metadata, spec } = pod;
  const next = generation(pod) + 1;
  const {
    [annotations.stopped]: _stopped,
    [annotations.ended]: _ended,
    [annotations.logReady]: _ready,
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
      name: podNameOfGeneration(metadata.name, next),
      ...(metadata.namespace && { namespace: metadata.namespace }),
      ...(metadata.labels && { labels: metadata.labels }),
      ...(metadata.ownerReferences && { ownerReferences: metadata.ownerReferences }),
      annotations: {
        ...kept,
        [annotations.generation]: String(next),
        [annotations.earlierRuns]: JSON.stringify(countRuns(pod)),
      },
    },
    spec: {
      ...wanted,
      hostname: wanted.hostname ?? withoutGeneration(metadata.name),
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

function countRuns(pod: KubeObject): Record<string, number> {
  const { spec, status } = pod;
  const statuses = (status?.containerStatuses ?? []) as readonly {
    readonly name: string;
    readonly restartCount: number;
  }[];
  return Object.fromEntries(
    spec.containers.map(({ name }: { name: string }) => {
      const count = statuses.find((container) => container.name === name)?.restartCount ?? 0;
      return [name, readCount(pod, annotations.earlierRuns, name) + count + 1];
    }),
  );
}
