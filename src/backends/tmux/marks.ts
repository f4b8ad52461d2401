import type { ExperimentRecord } from '../machine/experiment-record.ts';
import { stateTag } from '../machine/runtime-folder.ts';

/** Which launch a session is of. One server may hold those of several homes. */
export function sessionMark(record: Pick<ExperimentRecord, 'launchId'>): string {
  return `${stateTag()}:${record.launchId}`;
}

/** Whether a session was made from this home: for a launch that is no more, if it is not of one that is there. */
export function isOwnMark(mark: string): boolean {
  return mark.startsWith(`${stateTag()}:`);
}

/** Which process a pane is of. */
export function processMark(record: Pick<ExperimentRecord, 'launchId'>, key: string): string {
  return `${record.launchId}:${key}`;
}
