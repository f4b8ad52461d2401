import type { ProcessReference } from '../../../engine/contract/status.ts';
import { describeEnding, type Ending } from '../../../engine/text/describe-ending.ts';
import type { KubeObject } from '../api/kube-object.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { annotations } from '../manifests/labels.ts';
import { earlierRuns, ending } from '../status/pod-runs.ts';
import { isPodOver } from '../status/process-pods.ts';

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
    isOver: isPodOver(pod) || (terminated !== undefined && pod.spec?.restartPolicy === 'Never'),
  };
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

/** How a run of a pod ended, for the marker between two runs; a plain exit code needs no reason. */
export function runEnd({ pod, container }: PodRuns, ended: Termination | undefined): Ending | undefined {
  if (ended?.exitCode === undefined) return undefined;
  const { exitCode, signal, reason } = ending(pod, container.container, {
    ...ended,
    exitCode: ended.exitCode,
  });
  const isPlain = signal !== undefined || (exitCode <= 128 && reason === describeEnding({ exitCode }));
  return { exitCode, ...(signal && { signal }), ...(!isPlain && { reason }) };
}
