import { processKey } from '../../../engine/contract/process-key.ts';
import { ManagedExperiment } from '../experiment/managed-experiment.ts';
import type { NoticeSender } from '../notices/notice-sender.ts';
import type { ExperimentRecord } from '../records/experiment-record.ts';
import type { ExperimentRuntime } from '../records/experiment-runtime.ts';
import type { Runner } from '../runs/runner.ts';
import { type ExperimentSlots, slotKey } from './experiment-slots.ts';
import type { Watchers } from './watchers.ts';

/** What the parts of a supervisor share. */
export interface SupervisorParts {
  /** By backend. */
  readonly runners: Readonly<Record<string, Runner>>;
  readonly slots: ExperimentSlots;
  readonly watchers: Watchers;
  readonly notices: NoticeSender;
  /** Called whenever nothing may be left to supervise. */
  readonly onIdle: () => void;
}

/**
 * Creates the supervision of an experiment, which reports changes to the watchers once the experiment has its slot.
 *
 * @param known what is known of the runs, if it is not read from the folder
 */
export function manageExperiment(
  { slots, watchers, notices, onIdle }: SupervisorParts,
  record: ExperimentRecord,
  folder: string,
  runner: Runner,
  known?: ExperimentRuntime,
): ManagedExperiment {
  return new ManagedExperiment({
    record,
    folder,
    runner,
    notices,
    known,
    onChange: (experiment, keys) => {
      onIdle();
      // A launch is not reported before it is complete, because it may be undone.
      if (slots.get(slotKey(record.backend, record.name)) !== experiment) return;
      const { experiment: row, processes } = experiment.snapshot();
      const changed = processes.filter((status) => keys.has(processKey(status)));
      watchers.notify(record.backend, { type: 'changed', experiment: row, processes: changed });
    },
  });
}
