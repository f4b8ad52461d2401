import { stateTag } from '../kit/host/runtime-folder.ts';
import type { ExperimentRecord } from '../supervision/records/experiment-record.ts';

/** Identifies the launch that a session belongs to. One server may hold sessions of several homes. */
export function sessionMark(record: Pick<ExperimentRecord, 'launchId'>): string {
  return `${stateTag()}:${record.launchId}`;
}

/**
 * Whether a session was created from this home. If no experiment of this home has it, it is a leftover of an earlier
 * launch.
 */
export function isOwnMark(mark: string): boolean {
  return mark.startsWith(`${stateTag()}:`);
}

/** Identifies the process that a pane belongs to. */
export function processMark(record: Pick<ExperimentRecord, 'launchId'>, key: string): string {
  return `${record.launchId}:${key}`;
}
