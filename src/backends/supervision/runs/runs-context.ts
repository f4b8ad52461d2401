import type { WantedEnd } from '../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { EventRecorder } from '../events/event-recorder.ts';
import type { ExperimentRecord } from '../records/experiment-record.ts';
import type { ExperimentState } from '../records/experiment-state.ts';

/** What the parts that handle the runs of one experiment share. */
export interface RunsContext {
  readonly record: ExperimentRecord;
  /** By key. */
  readonly processes: ReadonlyMap<string, ResolvedProcess>;
  readonly state: ExperimentState;
  /** Where acts of users and rules that were applied are recorded; changes of the state are recorded by themselves. */
  readonly events: EventRecorder;
  /** The requested end of a process's run; undefined if none was requested. */
  readonly wantedEnd: (key: string) => WantedEnd | undefined;
}
