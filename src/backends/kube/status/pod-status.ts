import type { ProcessStatus } from '../../../engine/contract/status.ts';
import { annotations } from '../manifests/labels.ts';
import { backoffUntil, nextRestart } from './backoff-until.ts';
import { isBlocked } from './blocked.ts';
import { type Disruption, missingPodReason, podDisruption } from './pod-disruption.ts';
import type { ContainerStatusJson, EventJson, PodJson, TerminatedState } from './pod-json.ts';
import { earlierRuns, ending, isOwnSuccess, type RunKnowledge, toIso } from './pod-runs.ts';
import { isPodOver } from './process-pods.ts';
import { readAnnotation } from './read-annotation.ts';
import { unreadyPodReason } from './unready-pod.ts';
import { waitingReason } from './waiting-reason.ts';

/** What a pod tells about one of its processes: the changing part of a ProcessStatus. */
export type ContainerOutcome = Pick<
  ProcessStatus,
  | 'state'
  | 'ready'
  | 'restarts'
  | 'reason'
  | 'waits'
  | 'blocked'
  | 'exitCode'
  | 'signal'
  | 'startedAt'
  | 'finishedAt'
  | 'until'
  | 'pod'
  | 'node'
>;

export interface OutcomeOptions extends RunKnowledge {
  /** The process is ready once a line of its log matches; only Symphony can detect it. */
  readonly readyByLog?: boolean;
  /** Whether its experiment is being deleted, so that Symphony itself ends its pods. */
  readonly isDeleting?: boolean;
}

/** The state of the process in a container of a pod. */
export function containerOutcome(pod: PodJson, container: string, options: OutcomeOptions = {}): ContainerOutcome {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  const common = {
    ready: false,
    restarts: earlierRuns(pod, container) + (status?.restartCount ?? 0),
    pod: pod.metadata.name,
    ...(pod.spec?.nodeName === undefined ? {} : { node: pod.spec.nodeName }),
  };
  const lost = lostReason(pod, status);
  if (lost !== undefined) return { ...common, ...startOf(status), state: 'lost', reason: lost };
  const { running, terminated, waiting } = status?.state ?? {};
  const finishedAt = toIso(pod.metadata.annotations?.[annotations.ended]);
  if (running !== undefined && finishedAt !== undefined)
    return { ...common, ...startOf(status), ...stoppedOutcome(pod, stoppedReason(pod, options) ?? ''), finishedAt };
  if (running !== undefined) return { ...common, ...runningOutcome(pod, status as ContainerStatusJson, options) };
  if (terminated !== undefined)
    return {
      ...common,
      ...endedOutcome(pod, container, terminated, { ...options, restarts: status?.restartCount ?? 0 }),
    };
  const last = status?.lastState?.terminated;
  const isEnded = stoppedReason(pod, options) !== undefined || pod.metadata.deletionTimestamp !== undefined;
  if (isPodOver(pod) || (last !== undefined && isEnded))
    return { ...common, ...overOutcome(pod, container, last, options) };
  const blocked = isBlocked(pod, container, options.events) ? ({ blocked: true } as const) : {};
  if (last !== undefined) {
    const until = waiting?.reason === 'CrashLoopBackOff' ? backoffUntil(waiting.message, last) : undefined;
    const reason =
      waiting?.reason === 'CrashLoopBackOff' ? undefined : troubleBetweenRuns(pod, container, waiting?.reason, options);
    const end = ending(pod, container, last, options);
    return { ...common, state: 'backoff', ...end, ...(reason && { reason }), ...blocked, ...(until && { until }) };
  }
  return { ...common, state: 'pending', reason: waitingReason(pod, container, options.events), ...blocked };
}

/**
 * The status of a process whose pod is missing although Symphony did not delete it.
 * @param events those of the pod, oldest first
 */
export function missingPodOutcome(pod: string, events?: readonly EventJson[]): ContainerOutcome {
  return { state: 'lost', ready: false, restarts: 0, reason: missingPodReason(pod, events), pod };
}

function runningOutcome(
  pod: PodJson,
  status: ContainerStatusJson,
  options: OutcomeOptions,
): Pick<ContainerOutcome, 'state' | 'ready' | 'startedAt' | 'reason'> {
  const wasReady = status.started !== false && (!options.readyByLog || isLogReady(pod, status));
  const startedAt = toIso(status.state?.running?.startedAt);
  // Pods without a readiness probe are ready once their startup probe has succeeded, but the node reports it a little
  // later.
  const isProbed = pod.spec?.containers?.find(({ name }) => name === status.name)?.readinessProbe !== undefined;
  const unready = unreadyPodReason(pod);
  const disruption = options.isDeleting ? undefined : podDisruption(pod, options.events);
  const reason = [unready, endingReason(pod, disruption)].filter((part) => part !== undefined).join('; ');
  return {
    state: wasReady ? 'running' : 'starting',
    ready: wasReady && (!isProbed || status.ready === true) && unready === undefined && disruption === undefined,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(reason === '' ? {} : { reason }),
  };
}

function endingReason(pod: PodJson, disruption: Disruption | undefined): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined && !isPodOver(pod)) return undefined;
  return disruption === undefined ? 'is being ended' : `is being ended: ${disruption.reason}`;
}

/** Whether the readiness line was seen in the log of this exact container. */
function isLogReady(pod: PodJson, { name, containerID }: ContainerStatusJson): boolean {
  return containerID !== undefined && readAnnotation(pod, annotations.logReady)[name] === containerID;
}

function endedOutcome(
  pod: PodJson,
  container: string,
  ended: TerminatedState,
  options: OutcomeOptions & { readonly restarts: number },
): Omit<ContainerOutcome, 'ready' | 'restarts'> {
  const end = ending(pod, container, ended, options);
  const stopped = stoppedReason(pod, options);
  if (stopped !== undefined && !endedBeforeStop(pod, ended)) return { ...end, ...stoppedOutcome(pod, stopped) };
  const restarts = restartsAfter(pod, ended);
  const disruption = podDisruption(pod, options.events);
  if (disruption !== undefined && (restarts || !endedBefore(ended, disruption)))
    return { state: 'lost', ...end, reason: disruption.reason };
  if (restarts && !isPodOver(pod)) {
    const until = nextRestart(ended, options.restarts);
    return { state: 'backoff', ...end, ...(until === undefined ? {} : { until }) };
  }
  // A request to end a pod sets its deadline.
  if (pod.status?.reason === 'DeadlineExceeded' && stopped === undefined)
    return { state: 'failed', ...end, reason: deadlineReason };
  if (!isOwnSuccess(pod, container, ended, options.events)) return { state: 'failed', ...end };
  const { reason: _, ...rest } = end;
  return { state: 'succeeded', ...rest };
}

/** The outcome of a process whose pod has ended without reporting how the process ended. */
function overOutcome(
  pod: PodJson,
  container: string,
  last: TerminatedState | undefined,
  options: OutcomeOptions,
): Omit<ContainerOutcome, 'ready' | 'restarts'> {
  const end = last === undefined ? {} : ending(pod, container, last, options);
  const stopped = stoppedReason(pod, options);
  if (stopped !== undefined) return { ...end, ...stoppedOutcome(pod, stopped) };
  const disruption = podDisruption(pod, options.events);
  if (disruption !== undefined) return { state: 'lost', ...end, reason: disruption.reason };
  if (pod.status?.reason === 'DeadlineExceeded') return { state: 'failed', ...end, reason: deadlineReason };
  const init = pod.status?.initContainerStatuses?.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  if (init !== undefined) return { state: 'failed', ...end, reason: waitingReason(pod, container) };
  const reason = `its pod has ${pod.status?.phase === 'Succeeded' ? 'ended' : 'failed'}, and does not say how the process ended`;
  return { state: 'lost', ...end, reason };
}

const deadlineReason = 'ended because its deadline passed';

/** Whether a container ended before the end of its pod was requested. Times have a resolution of one second. */
function endedBefore({ finishedAt }: TerminatedState, { requestedAt }: Disruption): boolean {
  const finished = Date.parse(finishedAt ?? '');
  return requestedAt !== undefined && finished < Math.floor(requestedAt / 1000) * 1000;
}

/** Whether the pod's restart policy restarts the container. */
function restartsAfter(pod: PodJson, { exitCode }: TerminatedState): boolean {
  const policy = pod.spec?.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** The reason if Symphony ended the pod. */
function stoppedReason({ metadata }: PodJson, { isDeleting }: OutcomeOptions): string | undefined {
  const asked = metadata.annotations?.[annotations.stopped];
  if (asked !== undefined) return asked;
  return isDeleting && metadata.deletionTimestamp !== undefined ? 'its pod is being deleted' : undefined;
}

/** The outcome of a process that was ended on request; the request says how it counts. */
function stoppedOutcome({ metadata }: PodJson, reason: string): Pick<ContainerOutcome, 'state' | 'reason'> {
  return { state: metadata.annotations?.[annotations.stoppedAs] === 'failed' ? 'failed' : 'stopped', reason };
}

/**
 * Whether a container ended by itself before its pod was asked to end. Times of containers have a resolution of one
 * second.
 */
function endedBeforeStop({ metadata }: PodJson, { finishedAt }: TerminatedState): boolean {
  const asked = Date.parse(metadata.annotations?.[annotations.stoppedAt] ?? '');
  return Date.parse(finishedAt ?? '') < Math.floor(asked / 1000) * 1000;
}

/** Why the outcome is unknown; undefined if it is known. */
function lostReason(pod: PodJson, status: ContainerStatusJson | undefined): string | undefined {
  const node = pod.spec?.nodeName ?? 'its node';
  const { phase, reason, conditions = [] } = pod.status ?? {};
  const disruption = conditions.find(
    (condition) => condition.type === 'DisruptionTarget' && condition.status === 'True',
  );
  if (phase === 'Unknown' || reason === 'NodeLost') return `its node ${node} does not answer`;
  if (status?.state?.terminated?.reason !== 'ContainerStatusUnknown') return undefined;
  return disruption?.reason === 'DeletionByPodGC'
    ? `its node ${node} is gone`
    : `its node ${node} cannot tell how it ended`;
}

function startOf(status: ContainerStatusJson | undefined): Pick<ContainerOutcome, 'startedAt'> {
  const startedAt = toIso(status?.state?.running?.startedAt ?? status?.state?.terminated?.startedAt);
  return startedAt === undefined ? {} : { startedAt };
}

/** A problem that prevents the next run and did not exist before, such as a missing image or volume. */
function troubleBetweenRuns(
  pod: PodJson,
  container: string,
  reason: string | undefined,
  { events }: OutcomeOptions,
): string | undefined {
  return reason === undefined || reason === 'ContainerCreating' ? undefined : waitingReason(pod, container, events);
}
