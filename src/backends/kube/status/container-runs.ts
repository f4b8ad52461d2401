import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { RunEnd } from '../../../engine/text/describe-restart.ts';
import type { KubeObject } from '../api/kube-object.ts';
import type { ContainerName } from '../exec/container.ts';
import { annotations, labels } from '../manifests/labels.ts';
import type { PodJson } from './pod-json.ts';
import { ending } from './pod-runs.ts';
import { readCount } from './read-annotation.ts';

/** How a container ended, from the pod's status. */
export interface Termination {
  readonly containerID?: string;
  /** Absent if the node did not report it. */
  readonly exitCode?: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** The runs of a process in one pod. */
export interface PodRuns {
  readonly container: ContainerName;
  readonly pod: KubeObject;
  /** The number of the newest run, from 1 over all pods. */
  readonly run: number;
  /** The id of the newest started container, if any. */
  readonly containerId?: string;
  /** ISO 8601: when that container started. */
  readonly startedAt?: string;
  /** How the newest run ended, if it has. */
  readonly ended?: Termination;
  /** Whether the API reports the newest run as the previous one already, because the next one has not started. */
  readonly isBetweenRuns: boolean;
  /** How the previous run ended, if it was in this pod and is known. */
  readonly previous?: Termination;
  /** Why the container has not started yet, in Kubernetes' words. */
  readonly waiting?: string;
  /** Whether no further container will start in this pod. */
  readonly isOver: boolean;
}

/** The current and past pods of a process, oldest first. */
export function podsOf(pods: Iterable<KubeObject>, reference: ProcessReference): KubeObject[] {
  return [...pods].filter((pod) => isPodOf(pod, reference)).sort((a, b) => generation(a) - generation(b));
}

export function isPodOf({ metadata }: KubeObject, { group, name }: ProcessReference): boolean {
  const own = metadata.labels ?? {};
  return (own[labels.member] ?? own[labels.pastMember]) === (group ?? name) && (own[labels.group] ?? null) === group;
}

/** The generation of a pod: 0 for the launch's pod, plus one for each restart by command. */
export function generation({ metadata }: KubeObject): number {
  const number = Number(metadata.annotations?.[annotations.generation] ?? 0);
  return Number.isFinite(number) ? number : 0;
}

export function runsOf(pod: KubeObject, reference: ProcessReference): PodRuns {
  const { name, namespace = '' } = pod.metadata;
  const status = containerStatus(pod, reference.name);
  const { running, terminated, waiting } = status?.state ?? {};
  const last: Termination | undefined = status?.lastState?.terminated;
  const restartCount: number = status?.restartCount ?? 0;
  const finishedAt = pod.metadata.annotations?.[annotations.ended];
  const seenToEnd: Termination | undefined =
    running && finishedAt !== undefined ? { containerID: status?.containerID, finishedAt } : undefined;
  // Between two runs the last one is only in `lastState`, and not in the restart count yet.
  const ended: Termination | undefined = terminated ?? seenToEnd ?? (running === undefined ? last : undefined);
  const containerId: string | undefined = running ? status?.containerID : ended?.containerID;
  const isBetweenRuns = ended !== undefined && ended === last;
  const previous = isBetweenRuns ? undefined : last;
  const startedAt: string | undefined = (running ?? ended)?.startedAt;
  const waitsFor: string | undefined = waiting?.message ?? waiting?.reason ?? podReason(pod);
  return {
    container: { namespace, pod: name, container: reference.name },
    pod,
    run: earlierRuns(pod, reference.name) + restartCount + 1,
    ...(containerId && { containerId }),
    ...(startedAt && { startedAt }),
    ...(ended && { ended }),
    ...(previous && { previous }),
    ...(waitsFor && { waiting: waitsFor }),
    isBetweenRuns,
    isOver: isOver(pod, terminated !== undefined),
  };
}

function isOver({ status, spec }: KubeObject, hasEnded: boolean): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return true;
  return hasEnded && spec?.restartPolicy === 'Never';
}

// biome-ignore lint/suspicious/noExplicitAny: its fields depend on the Kubernetes release
function containerStatus(pod: KubeObject, container: string): any {
  return (pod.status?.containerStatuses ?? []).find(({ name }: { name: string }) => name === container);
}

function podReason({ status }: KubeObject): string | undefined {
  const unscheduled = (status?.conditions ?? []).find(
    (condition: { type: string; status: string }) => condition.type === 'PodScheduled' && condition.status === 'False',
  );
  return unscheduled?.message ?? status?.message;
}

function earlierRuns(pod: KubeObject, container: string): number {
  return readCount(pod, annotations.earlierRuns, container);
}

/** How a run of a pod ended, for the marker between two runs; a plain exit code needs no reason. */
export function runEnd({ pod, container }: PodRuns, ended: Termination | undefined): RunEnd | undefined {
  if (ended?.exitCode === undefined) return undefined;
  const { exitCode, signal, reason } = ending(pod as PodJson, container.container, {
    ...ended,
    exitCode: ended.exitCode,
  });
  const isPlain = signal !== undefined || reason === `exit code ${exitCode}`;
  return { exitCode, ...(signal && { signal }), ...(!isPlain && { reason }) };
}
