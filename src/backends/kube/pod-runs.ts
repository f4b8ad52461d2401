import type { RunStatus } from '../../engine/status.ts';
import { endReason, endSignal } from './end-reason.ts';
import { annotations } from './labels.ts';
import type { PodJson, TerminatedState } from './pod-json.ts';
import { readCount } from './read-annotation.ts';

/** How one run of a container ended. */
export interface RunEnd {
  readonly exitCode: number;
  readonly signal?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly reason: string;
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

export function ending(pod: PodJson, container: string, ended: TerminatedState): RunEnd {
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

/** How many runs earlier pods of the process had. */
export function earlierRuns(pod: PodJson, container: string): number {
  return readCount(pod, annotations.earlierRuns, container);
}

export function toIso(time: string | undefined): string | undefined {
  const value = Date.parse(time ?? '');
  // Kubernetes writes the first second of 1970 for a time it does not know.
  return Number.isNaN(value) || value <= 0 ? undefined : new Date(value).toISOString();
}
