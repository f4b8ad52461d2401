import { type ExperimentStatus, formatProcess, type ProcessStatus } from './status.ts';

export interface ExperimentSnapshot {
  readonly experiment: ExperimentStatus;
  readonly processes: readonly ProcessStatus[];
}

/**
 * An event of a watch. The first is always a `snapshot`; a later snapshot replaces everything before. `changed` contains an
 * experiment's row and only those processes that changed. Processes disappear from an experiment only by a `snapshot`, or
 * by `replaced: true`, which lists all processes. `stale` says that the backend does not answer: earlier events are as of
 * `since`, until `fresh`.
 */
export type WatchEvent =
  | { readonly type: 'snapshot'; readonly experiments: readonly ExperimentSnapshot[] }
  | {
      readonly type: 'changed';
      readonly experiment: ExperimentStatus;
      readonly processes: readonly ProcessStatus[];
      readonly replaced?: boolean;
    }
  | { readonly type: 'deleted'; readonly name: string }
  | { readonly type: 'stale'; readonly since: string; readonly reason: string }
  | { readonly type: 'fresh' };

/** Applies a change to a snapshot. */
export function mergeChange(
  known: ExperimentSnapshot | undefined,
  change: {
    readonly experiment: ExperimentSnapshot['experiment'];
    readonly processes: readonly ProcessStatus[];
    readonly replaced?: boolean;
  },
): ExperimentSnapshot {
  if (known === undefined || change.replaced) return { experiment: change.experiment, processes: change.processes };
  const key = (status: ProcessStatus) => formatProcess(status);
  const changed = new Map(change.processes.map((status) => [key(status), status]));
  const processes = known.processes.map((status) => changed.get(key(status)) ?? status);
  return { experiment: change.experiment, processes };
}
