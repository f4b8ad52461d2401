import type { ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import type { ExperimentRecord } from './experiment-record.ts';
import type { ExperimentState } from './experiment-state.ts';
import type { WantedEnd } from './process-runtime.ts';

/** What all that deals with the runs of one experiment shares. */
export interface RunsContext {
  readonly record: ExperimentRecord;
  /** By key. */
  readonly processes: ReadonlyMap<string, ResolvedProcess>;
  readonly folder: ExperimentFolder;
  readonly state: ExperimentState;
  /** Why the run of a process is being ended on purpose; undefined if it is not. */
  readonly wantedEnd: (key: string) => WantedEnd | undefined;
  /** Whether the next run of a process is being started at this moment. */
  readonly isStarting: (key: string) => boolean;
}
