import type { ExperimentState } from '../../../engine/contract/status.ts';
import type { Departure } from '../../../engine/history/history-entry.ts';
import type { ExperimentEnd } from '../../../engine/rules/experiment-end.ts';
import type { ProcessRuntime } from '../../../engine/rules/process-runtime.ts';
import type { HeldGpus } from '../../kit/gpus/gpu-registry.ts';

/** The content of an experiment's state file. */
export interface ExperimentRuntime {
  readonly processes: Readonly<Record<string, ProcessRuntime>>;
  /** The experiment is being deleted. */
  readonly deleting?: boolean;
  /** Why it is being deleted, and its state before, for the history. */
  readonly departure?: { readonly how: Departure; readonly state: ExperimentState; readonly reason?: string };
  /** Everything was started that waits for nothing. An interrupted launch is undone as long as this is not set. */
  readonly launched?: boolean;
  /** The end of the experiment by one of its rules. */
  readonly end?: ExperimentEnd | undefined;
  readonly reason?: string;
  /** The GPUs that processes have, by key. */
  readonly gpus?: HeldGpus;
  /** The part of its supervision that currently fails, in words; never stored. */
  readonly fault?: string;
  /** What notices have told, as `dueNotices` marks it. */
  readonly told?: readonly string[];
  readonly notes: readonly string[];
}
