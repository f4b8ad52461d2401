import { type ExperimentStatus, formatProcess, type ProcessStatus } from './status.ts';

export interface ExperimentSnapshot {
  readonly experiment: ExperimentStatus;
  readonly processes: readonly ProcessStatus[];
}

/**
 * What a watch tells. The first is always a `snapshot`; another one replaces all that was known. `changed` brings an
 * experiment's row with only those processes that changed; a process is never taken out of an experiment, except by a
 * `snapshot` or by `replaced: true`, whose processes are all there are. `stale` says that the backend does not answer:
 * what was told before is as of `since`, until `fresh`.
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

/** What is known after a change. */
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
