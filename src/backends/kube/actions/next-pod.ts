import type { RunStatus } from '../../../engine/contract/status.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../manifests/labels.ts';
import { podNameOfGeneration, withoutGeneration } from '../manifests/object-names.ts';
import { maxKeptRuns } from '../status/kept-runs.ts';
import { containerRuns, earlierRuns, toIso } from '../status/pod-runs.ts';
import { containerOutcome } from '../status/pod-status.ts';
import { generation } from '../status/process-pods.ts';

/** The generation of a member's pod, and the number of earlier runs of each container by name. */
export interface PodCount {
  readonly generation: number;
  readonly earlierRuns: Readonly<Record<string, number>>;
  /** The restarts by policy since the last healthy run, if a policy creates the pod. */
  readonly restartsInARow?: number;
  /** The ended runs of each container in earlier pods, oldest first, as far as they are known and kept. */
  readonly keptRuns?: Readonly<Record<string, readonly RunStatus[]>>;
}

const maxReasonCharacters = 300;

/** The count of a pod's successor. */
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
  const kept = spec.containers
    .map(({ name }: { readonly name: string }) => [name, endedRuns({ metadata, spec, status }, name)])
    .filter(([, ended]: readonly [string, readonly RunStatus[]]) => ended.length > 0);
  return {
    generation: generation({ metadata }) + 1,
    earlierRuns: Object.fromEntries(runs),
    ...(kept.length > 0 && { keptRuns: Object.fromEntries(kept) }),
  };
}

/** The runs of a container in a pod that has ended, and in those before it. */
function endedRuns(pod: KubeObject, container: string): readonly RunStatus[] {
  const runs = containerRuns(pod, container);
  const last = runs.at(-1);
  if (last === undefined) return [];
  const { state, finishedAt = toIso(pod.metadata.deletionTimestamp), reason } = containerOutcome(pod, container);
  // Of a pod that was lost its status does not say how the last run ended.
  const isTold = last.finishedAt !== undefined && state !== 'lost';
  const told = isTold ? last : { ...last, ...(finishedAt && { finishedAt }), ...(reason && { reason }) };
  const all = [...runs.slice(0, -1), told].map(shortened);
  return all.slice(Math.max(0, all.length - maxKeptRuns(pod.spec.containers.length)));
}

function shortened({ reason, ...run }: RunStatus): RunStatus {
  return reason === undefined ? run : { ...run, reason: reason.slice(0, maxReasonCharacters) };
}

/**
 * The count of a missing pod's successor. The missing pod's restart count is unknown, so each container counts as
 * having had one run.
 * @param past the pod before it, if that is still there
 */
export function countAfterMissing(template: KubeObject, last: PodCount | undefined, past?: KubeObject): PodCount {
  const runs = template.spec.containers.map(({ name }: { readonly name: string }) => [
    name,
    (last?.earlierRuns[name] ?? 0) + 1,
  ]);
  const { keptRuns } = past === undefined ? {} : countAfter(past);
  return {
    generation: (last?.generation ?? 0) + 1,
    earlierRuns: Object.fromEntries(runs),
    ...(keptRuns && { keptRuns }),
  };
}

/** The pod of the next run. @param template the pod as declared */
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
        ...(count.keptRuns && { [annotations.keptRuns]: JSON.stringify(count.keptRuns) }),
        ...(count.restartsInARow !== undefined && { [annotations.restartsInARow]: String(count.restartsInARow) }),
      },
    },
    // The host name stays that of the launch's pod.
    spec: { ...spec, hostname: spec.hostname ?? withoutGeneration(metadata.name) },
  };
}

/** Restores the declared pod from the cluster's, as far as possible, for launches without templates. */
export function templateOf({ metadata, spec }: KubeObject): KubeObject {
  const {
    [annotations.stopped]: _stopped,
    [annotations.ended]: _ended,
    [annotations.logReady]: _ready,
    [annotations.deadline]: deadline,
    [annotations.stoppedAt]: _stoppedAt,
    [annotations.stoppedAs]: _stoppedAs,
    [annotations.restartsInARow]: _restarts,
    [annotations.keptRuns]: _runs,
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

/** Whether the cluster added the volume for the service account, by its generated name. */
function isTokenVolume(name: string): boolean {
  return /^kube-api-access-[a-z0-9]{5}$|-token-[a-z0-9]{5}$/.test(name);
}
