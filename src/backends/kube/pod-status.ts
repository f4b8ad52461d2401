import type { ProcessStatus, RunStatus } from '../../engine/status.ts';
import { backoffUntil, nextRestart } from './backoff-until.ts';
import { isBlocked } from './blocked.ts';
import { endReason, endSignal } from './end-reason.ts';
import { annotations } from './labels.ts';
import type { ContainerStatusJson, EventJson, PodJson, TerminatedState } from './pod-json.ts';
import { readAnnotation, readCount } from './read-annotation.ts';
import { shorten, waitingReason } from './waiting-reason.ts';

/** What a pod says about one of its processes: the part of a ProcessStatus that changes. */
export type ContainerOutcome = Pick<
  ProcessStatus,
  | 'state'
  | 'ready'
  | 'restarts'
  | 'reason'
  | 'blocked'
  | 'exitCode'
  | 'signal'
  | 'startedAt'
  | 'finishedAt'
  | 'until'
  | 'pod'
  | 'node'
>;

export interface OutcomeOptions {
  /** Events of the pod, oldest first. */
  readonly events?: readonly EventJson[];
  /** The process is ready once a line of its log matches; nobody but Symphony can tell. */
  readonly readyByLog?: boolean;
}

/** The state of the process in that container of a pod. */
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
    return { ...common, ...startOf(status), state: 'stopped', finishedAt, reason: stoppedReason(pod) ?? '' };
  if (running !== undefined) return { ...common, ...runningOutcome(pod, status as ContainerStatusJson, options) };
  if (terminated !== undefined)
    return { ...common, ...endedOutcome(pod, container, terminated, status?.restartCount ?? 0) };
  const last = status?.lastState?.terminated;
  const stopped = stoppedReason(pod);
  if (isOver(pod) || (last !== undefined && stopped !== undefined))
    return { ...common, ...overOutcome(pod, container, last) };
  const blocked = isBlocked(pod, container, options.events) ? ({ blocked: true } as const) : {};
  if (last !== undefined) {
    const until = waiting?.reason === 'CrashLoopBackOff' ? backoffUntil(waiting.message, last) : undefined;
    const reason =
      waiting?.reason === 'CrashLoopBackOff' ? undefined : troubleBetweenRuns(pod, container, waiting?.reason, options);
    const end = ending(pod, container, last);
    return { ...common, state: 'backoff', ...end, ...(reason && { reason }), ...blocked, ...(until && { until }) };
  }
  return { ...common, state: 'pending', reason: waitingReason(pod, container, options.events), ...blocked };
}

/** The status of a process whose pod is not there, although Symphony did not delete it. */
export function missingPodOutcome(pod: string): ContainerOutcome {
  const reason = `its pod ${pod} is gone: it was evicted, or deleted by somebody else`;
  return { state: 'lost', ready: false, restarts: 0, reason, pod };
}

/** The runs that the pod still knows of, oldest first: the current one and the one before. */
export function containerRuns(pod: PodJson, container: string): RunStatus[] {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  const { running, terminated } = status?.state ?? {};
  const last = status?.lastState?.terminated;
  const newest = earlierRuns(pod, container) + (status?.restartCount ?? 0) + 1;
  const runs: RunStatus[] = [];
  if (last !== undefined) {
    // Between two runs the last one is not counted as restarted yet.
    const isNewest = running === undefined && terminated === undefined;
    runs.push(endedRun(pod, container, isNewest ? newest : newest - 1, last));
  }
  if (running !== undefined) runs.push({ run: newest, startedAt: toIso(running.startedAt) ?? '' });
  if (terminated !== undefined) runs.push(endedRun(pod, container, newest, terminated));
  return runs;
}

function runningOutcome(
  pod: PodJson,
  status: ContainerStatusJson,
  { readyByLog }: OutcomeOptions,
): Pick<ContainerOutcome, 'state' | 'ready' | 'startedAt' | 'reason'> {
  const wasReady = status.started !== false && (!readyByLog || isLogReady(pod, status));
  const startedAt = toIso(status.state?.running?.startedAt);
  const isEnding = pod.metadata.deletionTimestamp !== undefined || isOver(pod);
  // What Symphony creates has no such probe, and is ready once it was; its node says so a little later.
  const isProbed = pod.spec?.containers?.find(({ name }) => name === status.name)?.readinessProbe !== undefined;
  return {
    state: wasReady ? 'running' : 'starting',
    ready: wasReady && (!isProbed || status.ready === true),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(isEnding && { reason: 'is being ended' }),
  };
}

/** Whether the line of its readiness was seen in the log of this very container. */
function isLogReady(pod: PodJson, { name, containerID }: ContainerStatusJson): boolean {
  return containerID !== undefined && readAnnotation(pod, annotations.logReady)[name] === containerID;
}

function endedOutcome(
  pod: PodJson,
  container: string,
  ended: TerminatedState,
  restartCount: number,
): Omit<ContainerOutcome, 'ready' | 'restarts'> {
  const end = ending(pod, container, ended);
  const stopped = stoppedReason(pod);
  if (stopped !== undefined) return { state: 'stopped', ...end, reason: stopped };
  if (willRestart(pod, ended)) {
    const until = nextRestart(ended, restartCount);
    return { state: 'backoff', ...end, ...(until === undefined ? {} : { until }) };
  }
  const eviction = evictionReason(pod);
  if (ended.exitCode === 0 && eviction === undefined) {
    const { reason: _, ...rest } = end;
    return { state: 'succeeded', ...rest };
  }
  return { state: 'failed', ...end, ...(eviction === undefined ? {} : { reason: eviction }) };
}

/** The end of a process whose pod is over without saying more about it. */
function overOutcome(
  pod: PodJson,
  container: string,
  last: TerminatedState | undefined,
): Omit<ContainerOutcome, 'ready' | 'restarts'> {
  const end = last === undefined ? {} : ending(pod, container, last);
  const stopped = stoppedReason(pod);
  if (stopped !== undefined) return { state: 'stopped', ...end, reason: stopped };
  const init = pod.status?.initContainerStatuses?.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  const reason = init === undefined ? evictionReason(pod) : waitingReason(pod, container);
  if (pod.status?.phase === 'Succeeded') return { state: 'succeeded', ...end };
  return { state: 'failed', ...end, reason: reason ?? 'its pod has failed, and does not say why' };
}

function ending(
  pod: PodJson,
  container: string,
  ended: TerminatedState,
): Pick<ContainerOutcome, 'exitCode' | 'signal' | 'startedAt' | 'finishedAt'> & { readonly reason: string } {
  const limit = pod.spec?.containers?.find(({ name }) => name === container)?.resources?.limits?.memory;
  const signal = endSignal(ended);
  const startedAt = toIso(ended.startedAt);
  const finishedAt = toIso(ended.finishedAt);
  return {
    exitCode: ended.exitCode,
    ...(signal === undefined ? {} : { signal }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    reason: endReason(ended, limit),
  };
}

function endedRun(pod: PodJson, container: string, run: number, ended: TerminatedState): RunStatus {
  const { startedAt = '', reason, ...end } = ending(pod, container, ended);
  return { run, startedAt, ...end, ...(ended.exitCode === 0 ? {} : { reason }) };
}

/** Whether its node will start it again. */
function willRestart(pod: PodJson, { exitCode }: TerminatedState): boolean {
  if (isOver(pod) || pod.metadata.deletionTimestamp !== undefined) return false;
  const policy = pod.spec?.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Nothing will be started in this pod any more. */
function isOver({ status }: PodJson): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

/** Why it was ended on purpose, if it was. */
function stoppedReason(pod: PodJson): string | undefined {
  const asked = pod.metadata.annotations?.[annotations.stopped];
  if (asked !== undefined) return asked;
  return pod.metadata.deletionTimestamp === undefined ? undefined : 'its pod is being deleted';
}

/** Why the cluster itself ended the pod, if it did. */
function evictionReason({ status, metadata }: PodJson): string | undefined {
  const { reason, message = '' } = status ?? {};
  if (reason === undefined || metadata.annotations?.[annotations.stopped] !== undefined) return undefined;
  const why = message === '' ? '' : `: ${shorten(message)}`;
  if (reason === 'Evicted') return `evicted from its node${why}`;
  if (reason === 'Preempting' || reason === 'Preempted') return 'gave way to a pod of higher priority';
  if (reason === 'NodeShutdown' || reason === 'Shutdown' || reason === 'Terminated') return 'its node was shut down';
  if (reason === 'DeadlineExceeded') return 'ended because its time was over';
  return `${reason}${why}`;
}

/** Why nobody can tell how it ended, if it is so. */
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

/** Between two runs something may be wrong that was not wrong before: its image is gone, or a volume. */
function troubleBetweenRuns(
  pod: PodJson,
  container: string,
  reason: string | undefined,
  { events }: OutcomeOptions,
): string | undefined {
  return reason === undefined || reason === 'ContainerCreating' ? undefined : waitingReason(pod, container, events);
}

/** How many runs earlier pods of the process had. */
function earlierRuns(pod: PodJson, container: string): number {
  return readCount(pod, annotations.earlierRuns, container);
}

function toIso(time: string | undefined): string | undefined {
  const value = Date.parse(time ?? '');
  // Kubernetes writes the first second of 1970 for a time it does not know.
  return Number.isNaN(value) || value <= 0 ? undefined : new Date(value).toISOString();
}
