import type { ExperimentStatus } from '../../../engine/contract/status.ts';
import type { Departure } from '../../../engine/history/history-entry.ts';
import { readEvents } from '../events/event-files.ts';
import { describeExperiment } from '../records/describe-experiment.ts';
import type { ExperimentFolder } from '../records/experiment-folder.ts';
import type { ExperimentRecord } from '../records/experiment-record.ts';
import type { ExperimentRuntime } from '../records/experiment-runtime.ts';
import { type Keeping, keepHistory } from '../records/keep-history.ts';
import type { ExperimentRunner } from '../runs/runner.ts';

/** How an experiment is deleted, and what its deletion knows about the history. */
export interface Deletion extends Keeping {
  readonly how: Departure;
}

/** Copies an experiment into the history when it is deleted. */
export class ExperimentHistory {
  readonly #record: ExperimentRecord;
  readonly #folder: ExperimentFolder;
  #deletion: Deletion = { how: 'deleted' };
  #notes: readonly string[] = [];

  constructor(record: ExperimentRecord, folder: ExperimentFolder) {
    this.#record = record;
    this.#folder = folder;
  }

  /** Warnings about what could not be kept, or removed at once. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** Notes how the experiment is deleted. Its state is stored, because a later supervisor may have to finish the deletion. */
  begin(deletion: Deletion, { state, reason }: ExperimentStatus): NonNullable<ExperimentRuntime['departure']> {
    this.#deletion = deletion;
    return { how: deletion.how, state, ...(reason === undefined ? {} : { reason }) };
  }

  note(warnings: readonly string[]): void {
    this.#notes = [...this.#notes, ...warnings];
  }

  /** Called after everything has ended and before it is removed. Never rejects. A launch that is undone leaves nothing. */
  async keep(runtime: ExperimentRuntime, runner: ExperimentRunner): Promise<void> {
    if (!runtime.launched) return;
    const describe = () => {
      const { launchId, createdAt, backend, name: experiment, spec } = this.#record;
      const description = describeExperiment({ record: this.#record, folder: this.#folder, runtime }, () => '');
      const departure = runtime.departure ?? { how: 'deleted' as const };
      const events = readEvents(this.#folder.path);
      return { experiment, backend, launchId, createdAt, spec, description, events, ...departure };
    };
    this.#notes = await keepHistory(describe, runner.keepLogs?.bind(runner), this.#deletion);
  }
}
