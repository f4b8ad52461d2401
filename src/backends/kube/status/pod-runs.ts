import type { RunStatus } from '../../../engine/contract/status.ts';
import { describePreambleEnd, parseProgress } from '../../../engine/shell/preamble-progress.ts';
import type { ResolvedLiveness } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { describeFailures } from '../../../engine/text/describe-hang.ts';
import { annotations } from '../manifests/labels.ts';
import { endReason, endSignal } from './end-reason.ts';
import { keptRuns } from './kept-runs.ts';
import type { EventJson, PodJson, TerminatedState } from './pod-json.ts';
import { readCount } from './read-annotation.ts';
import { shorten } from './waiting-reason.ts';

/** What is known of a container beside its pod. */
export interface RunKnowledge {
  /** The events of the pod, oldest first. */
  readonly events?: readonly EventJson[];
  /** When its process hangs; null if that is not said, and a probe is one of a patch. */
  readonly alive?: ResolvedLiveness | null;
}

/** How one run of a container ended. */
export interface RunEnd {
  readonly exitCode: number;
  readonly signal?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly reason: string;
}

/** The known runs, oldest first: those of earlier pods that the pod keeps, and the previous and current one of its status. */
export function containerRuns(pod: PodJson, container: string, knowledge: RunKnowledge = {}): RunStatus[] {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  const { running, terminated } = status?.state ?? {};
  const last = status?.lastState?.terminated;
  const newest = earlierRuns(pod, container) + (status?.restartCount ?? 0) + 1;
  const runs: RunStatus[] = [...keptRuns(pod, container)];
  if (last !== undefined) {
    // Between two runs the restart count does not include the last run yet.
    const isNewest = running === undefined && terminated === undefined;
    runs.push(endedRun(pod, container, isNewest ? newest : newest - 1, last, knowledge));
  }
  if (running !== undefined)
    runs.push({ run: newest, startedAt: toIso(running.startedAt) ?? '', ...unreportedEnd(pod) });
  if (terminated !== undefined) runs.push(endedRun(pod, container, newest, terminated, knowledge));
  return runs;
}

/** The end of a container in a pod that was asked to end, where its node does not report it. */
function unreportedEnd({ metadata }: PodJson): Pick<RunStatus, 'finishedAt' | 'reason'> {
  const { [annotations.ended]: ended, [annotations.stopped]: reason = '' } = metadata.annotations ?? {};
  const finishedAt = toIso(ended);
  return finishedAt === undefined ? {} : { finishedAt, ...(reason !== '' && { reason }) };
}

export function ending(pod: PodJson, container: string, ended: TerminatedState, knowledge: RunKnowledge = {}): RunEnd {
  const limit = pod.spec?.containers?.find(({ name }) => name === container)?.resources?.limits?.memory;
  const signal = endSignal(ended);
  const startedAt = toIso(ended.startedAt);
  const finishedAt = toIso(ended.finishedAt);
  return {
    exitCode: ended.exitCode,
    ...(signal === undefined ? {} : { signal }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    reason: livenessReason(pod, container, ended, knowledge) ?? preambleReason(ended) ?? endReason(ended, limit),
  };
}

/** How a container ended in the preamble of its process; undefined if it did not. */
function preambleReason(ended: TerminatedState): string | undefined {
  // Other reasons of Kubernetes say more.
  if (ended.reason !== 'Error' || ended.message === undefined) return undefined;
  const signal = endSignal(ended);
  return describePreambleEnd(parseProgress(ended.message), { exitCode: ended.exitCode, ...(signal && { signal }) });
}

function endedRun(
  pod: PodJson,
  container: string,
  run: number,
  ended: TerminatedState,
  knowledge: RunKnowledge,
): RunStatus {
  const { startedAt = '', reason: own, ...end } = ending(pod, container, ended, knowledge);
  const reason = failedBy(pod, ended) ?? own;
  if (reason !== own) return { run, startedAt, ...end, reason };
  return { run, startedAt, ...end, ...(isOwnSuccess(pod, container, ended, knowledge.events) ? {} : { reason }) };
}

/** The rule that ended a run as failed; undefined if none did. */
function failedBy({ metadata }: PodJson, { finishedAt }: TerminatedState): string | undefined {
  const {
    [annotations.stoppedAs]: counts,
    [annotations.stoppedAt]: at,
    [annotations.stopped]: reason,
  } = metadata.annotations ?? {};
  const asked = Math.floor(Date.parse(at ?? '') / 1000) * 1000;
  return counts === 'failed' && Date.parse(finishedAt ?? '') >= asked ? reason : undefined;
}

/**
 * Whether a container succeeded by itself, and not because its node ended it. @param events those of the pod, oldest
 * first
 */
export function isOwnSuccess(
  pod: PodJson,
  container: string,
  ended: TerminatedState,
  events: readonly EventJson[] = [],
): boolean {
  return ended.exitCode === 0 && livenessReason(pod, container, ended, { events }) === undefined;
}

/** The reason if a failed liveness probe made the node kill the container in this run. */
function livenessReason(
  pod: PodJson,
  container: string,
  { startedAt, finishedAt, exitCode }: TerminatedState,
  { events = [], alive = null }: RunKnowledge,
): string | undefined {
  const [began, ended] = [Date.parse(startedAt ?? ''), Date.parse(finishedAt ?? '')];
  const inThisRun = events.filter(({ involvedObject, firstTimestamp, lastTimestamp }) => {
    const isOwn = involvedObject?.fieldPath?.includes(`{${container}}`) ?? false;
    const last = Date.parse(lastTimestamp ?? '');
    const first = Date.parse(firstTimestamp ?? lastTimestamp ?? '');
    // Kubernetes aggregates equal events: one event covers the time from the first to the last.
    return isOwn && last >= began && first <= ended;
  });
  const probe = inThisRun.findLast(({ message = '' }) => message.startsWith('Liveness probe failed'));
  const threshold = pod.spec?.containers?.find(({ name }) => name === container)?.livenessProbe?.failureThreshold ?? 3;
  if (!inThisRun.some((event) => isLivenessKill(event, probe, threshold))) return undefined;
  const said = probe?.message?.replace(/^Liveness probe failed:?\s*/, '') ?? '';
  if (alive !== null && alive.kind !== 'silence')
    return `${describeFailures(alive, shorten(said))} (exit code ${exitCode})`;
  return `killed, because its liveness probe failed${said === '' ? '' : `: ${shorten(said)}`} (exit code ${exitCode})`;
}

/** The kubelet ends a container as soon as its probe has failed too often. */
const killMilliseconds = 5_000;

/**
 * Whether an event tells that a failed liveness probe ended the container. If nothing of the pod is started again, the
 * kubelet ends the pod as a whole, and the event does not name the probe.
 */
function isLivenessKill(event: EventJson, probe: EventJson | undefined, threshold: number): boolean {
  const { reason, message = '' } = event;
  if (reason !== 'Killing') return false;
  if (message.includes('liveness probe')) return true;
  if (probe === undefined || (probe.count ?? 1) < threshold) return false;
  return Math.abs(Date.parse(event.lastTimestamp ?? '') - Date.parse(probe.lastTimestamp ?? '')) <= killMilliseconds;
}

/** The number of runs in earlier pods of the process. */
export function earlierRuns(pod: PodJson, container: string): number {
  return readCount(pod, annotations.earlierRuns, container);
}

export function toIso(time: string | undefined): string | undefined {
  const value = Date.parse(time ?? '');
  // Kubernetes writes the first second of 1970 for an unknown time.
  return Number.isNaN(value) || value <= 0 ? undefined : new Date(value).toISOString();
}
