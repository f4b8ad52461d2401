import type { RunStatus } from '../../../engine/contract/status.ts';
import { annotations } from '../manifests/labels.ts';
import { readAnnotation } from './read-annotation.ts';

const maxRunsOfProcess = 20;
/** The annotations of an object have room for 256 KiB. */
const maxRunsOfPod = 400;

/** Of each process of a pod, so many ended runs are kept, the last ones. @param containers their number in the pod */
export function maxKeptRuns(containers: number): number {
  return Math.min(maxRunsOfProcess, Math.floor(maxRunsOfPod / containers));
}

/** The ended runs of a process in earlier pods, as its pod keeps them, oldest first. Users can edit them. */
export function keptRuns(pod: Parameters<typeof readAnnotation>[0], container: string): readonly RunStatus[] {
  const kept = readAnnotation(pod, annotations.keptRuns)[container];
  return Array.isArray(kept) ? kept.filter(isRun) : [];
}

function isRun(value: unknown): value is RunStatus {
  if (typeof value !== 'object' || value === null) return false;
  const { run, startedAt, finishedAt, exitCode, signal, reason } = value as Record<string, unknown>;
  const isOptional = (field: unknown, type: string) => field === undefined || typeof field === type;
  return (
    Number.isSafeInteger(run) &&
    typeof startedAt === 'string' &&
    isOptional(exitCode, 'number') &&
    [finishedAt, signal, reason].every((text) => isOptional(text, 'string'))
  );
}
