import { SymphonyError } from '../../../engine/contract/errors.ts';
import { parseProcessKey, processKey } from '../../../engine/contract/process-key.ts';
import { formatProcess, type ProcessReference } from '../../../engine/contract/status.ts';
import { noProcess } from '../../../engine/text/common-errors.ts';
import { describeRequest } from '../../../engine/text/describe-request.ts';
import { storageError } from '../records/storage-error.ts';
import type { ExperimentParts } from './experiment-parts.ts';

/** Carries out what users ask of the processes of an experiment, and records it. */
export class ExperimentRequests {
  readonly #parts: ExperimentParts;
  readonly #isRetired: (key: string) => boolean;
  /** Restarts that are not done. */
  #restarting = 0;

  /** @param isRetired whether a process is being removed, because its experiment is scaled */
  constructor(parts: ExperimentParts, isRetired: (key: string) => boolean) {
    this.#parts = parts;
    this.#isRetired = isRetired;
  }

  /** Whether a restart is under way. */
  get isBusy(): boolean {
    return this.#restarting > 0;
  }

  /** Records that a user asked for something. @param by what made the request, in a few words; undefined if unknown */
  note(reason: string, references: readonly ProcessReference[], by: string | undefined): void {
    this.#parts.events.record(describeRequest(reason, references, by));
  }

  /** Records that a user asked for other numbers of replicas. @param what in words */
  noteScaling(what: string, by: string | undefined): void {
    const { message } = describeRequest('ScaleRequested', [], by);
    this.#parts.events.record({ reason: 'ScaleRequested', message: `${what}, ${message}` });
  }

  /**
   * Ends processes, then starts their next runs.
   * @throws SymphonyError `conflict` if a later stop or deletion cancelled the start, `failed` if a process cannot be
   *   started again
   */
  async restart(references: readonly ProcessReference[], by: string | undefined): Promise<void> {
    const keys = this.#keys(references);
    for (const key of keys) if (this.#isRetired(key)) throw isBeingRemoved(key);
    this.#restarting += 1;
    try {
      await this.#restart(keys, references, by);
    } finally {
      this.#restarting -= 1;
    }
  }

  /** Ends processes and everything they started, for good. */
  async stop(references: readonly ProcessReference[], by: string | undefined): Promise<void> {
    const keys = this.#keys(references);
    this.note('StopRequested', references, by);
    await this.#parts.intents.stop(keys, 'stopped on request');
  }

  async #restart(
    keys: readonly string[],
    references: readonly ProcessReference[],
    by: string | undefined,
  ): Promise<void> {
    const { queue, lifecycle, rules, intents } = this.#parts;
    this.note('RestartRequested', references, by);
    if (!queue.isDeleting) {
      // A process that cannot be started again must not be ended by a restart.
      for (const key of keys) lifecycle.runner.requireStartable(key);
      await this.#prepareRestart(keys);
    }
    rules.spare(keys);
    await intents.restart(keys).catch((error: unknown) => {
      throw storageError(error, 'Ended processes are started as soon as there is space.');
    });
  }

  /** If the disk cannot record a new run, the restart fails before the old run is ended. */
  async #prepareRestart(keys: readonly string[]): Promise<void> {
    const { state, queue } = this.#parts;
    for (const key of keys) state.set(key, { ...state.get(key), restartsInARow: 0 });
    await state.write().catch((error: unknown) => {
      if (!queue.isDeleting) throw storageError(error, 'Nothing was restarted.');
    });
  }

  #keys(references: readonly ProcessReference[]): string[] {
    const { processes, record } = this.#parts;
    const keys = references.map((reference) => {
      const key = processKey(reference);
      if (processes.has(key)) return key;
      throw noProcess(reference, record.name, [...processes.values()]);
    });
    return [...new Set(keys)];
  }
}

function isBeingRemoved(key: string): SymphonyError {
  const name = formatProcess(parseProcessKey(key));
  return new SymphonyError('conflict', `Process ${name} is being removed, because its experiment is scaled.`);
}
