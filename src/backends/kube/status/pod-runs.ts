import type { RunStatus } from '../../../engine/contract/status.ts';
import { annotations } from '../manifests/labels.ts';
import { endReason, endSignal } from './end-reason.ts';
import type { EventJson, PodJson, TerminatedState } from './pod-json.ts';
import { readCount } from './read-annotation.ts';
import { shorten } from './waiting-reason.ts';

/** How one run of a container ended. */
export interface RunEnd {
  readonly exitCode: number;
  readonly signal?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly reason: string;
}

/** The runs in the pod's status, oldest first: the previous and the current one. */
export function containerRuns(pod: PodJson, container: string, events: readonly EventJson[] = []): RunStatus[] {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  const { running, terminated } = status?.state ?? {};
  const last = status?.lastState?.terminated;
  const newest = earlierRuns(pod, container) + (status?.restartCount ?? 0) + 1;
  const runs: RunStatus[] = [];
  if (last !== undefined) {
    // Between two runs the restart count does not include the last run yet.
    const isNewest = running === undefined && terminated === undefined;
    runs.push(endedRun(pod, container, isNewest ? newest : newest - 1, last, events));
  }
  if (running !== undefined) runs.push({ run: newest, startedAt: toIso(running.startedAt) ?? '' });
  if (terminated !== undefined) runs.push(endedRun(pod, container, newest, terminated, events));
  return runs;
}

/** @param events those of the pod, oldest first */
export function ending(
  pod: PodJson,
  container: string,
  ended: TerminatedState,
  events: readonly EventJson[] = [],
): RunEnd {
  const limit = pod.spec?.containers?.find(({ name }) => name === container)?.resources?.limits?.memory;
  const signal = endSignal(ended);
  const startedAt = toIso(ended.startedAt);
  const finishedAt = toIso(ended.finishedAt);
  return {
    exitCode: ended.exitCode,
    ...(signal === undefined ? {} : { signal }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    reason: livenessReason(container, ended, events) ?? endReason(ended, limit),
  };
}

function endedRun(
  pod: PodJson,
  container: string,
  run: number,
  ended: TerminatedState,
  events: readonly EventJson[],
): RunStatus {
  const { startedAt = '', reason, ...end } = ending(pod, container, ended, events);
  return { run, startedAt, ...end, ...(isOwnSuccess(container, ended, events) ? {} : { reason }) };
}

/**
 * Whether a container succeeded by itself, and not because its node ended it. @param events those of the pod, oldest
 * first
 */
export function isOwnSuccess(container: string, ended: TerminatedState, events: readonly EventJson[] = []): boolean {
  return ended.exitCode === 0 && livenessReason(container, ended, events) === undefined;
}

/** The reason if a failed liveness probe made the node kill the container in this run. */
function livenessReason(
  container: string,
  { startedAt, finishedAt, exitCode }: TerminatedState,
  events: readonly EventJson[],
): string | undefined {
  const [began, ended] = [Date.parse(startedAt ?? ''), Date.parse(finishedAt ?? '')];
  const inThisRun = events.filter(({ involvedObject, firstTimestamp, lastTimestamp }) => {
    const isOwn = involvedObject?.fieldPath?.includes(`{${container}}`) ?? false;
    const last = Date.parse(lastTimestamp ?? '');
    const first = Date.parse(firstTimestamp ?? lastTimestamp ?? '');
    // Kubernetes aggregates equal events: one event covers the time from the first to the last.
    return isOwn && last >= began && first <= ended;
  });
  if (!inThisRun.some(({ reason, message = '' }) => reason === 'Killing' && message.includes('liveness probe')))
    return undefined;
  const probe = inThisRun.findLast(({ message = '' }) => message.startsWith('Liveness probe failed'))?.message;
  const said = probe?.replace(/^Liveness probe failed:?\s*/, '') ?? '';
  return `killed, because its liveness probe failed${said === '' ? '' : `: ${shorten(said)}`} (exit code ${exitCode})`;
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
