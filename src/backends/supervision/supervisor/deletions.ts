import type { Deletion } from '../experiment/experiment-history.ts';
import type { DeletionOutcome } from '../experiment/managed-experiment.ts';
import type { Keeping } from '../records/keep-history.ts';
import { isManaged, type KnownExperiment, placeOf, slotKey } from './experiment-slots.ts';
import type { SupervisorParts } from './supervisor-parts.ts';

/** Deletes experiments, each once: a second delete waits for the first. */
export class Deletions {
  readonly #parts: SupervisorParts;
  readonly #running = new Map<KnownExperiment, Promise<DeletionOutcome>>();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  /** Ends everything, removes the folder and frees the slot. */
  async delete(experiment: KnownExperiment, options: Keeping = {}): Promise<DeletionOutcome> {
    const running = this.#running.get(experiment);
    if (running !== undefined) return running;
    const deletion = this.#delete(experiment, options).finally(() => this.#running.delete(experiment));
    this.#running.set(experiment, deletion);
    return deletion;
  }

  /** Ends everything and removes the folder. */
  async end(experiment: KnownExperiment, deletion: Deletion): Promise<DeletionOutcome> {
    if (isManaged(experiment)) return experiment.delete(deletion);
    const runner = this.#parts.runners[experiment.backend];
    if (runner !== undefined) return experiment.delete(runner, deletion);
    return { leftovers: [`its backend ${experiment.backend} is unknown`], notes: [] };
  }

  async #delete(experiment: KnownExperiment, options: Keeping): Promise<DeletionOutcome> {
    const { slots, watchers, onIdle } = this.#parts;
    const outcome = await this.end(experiment, { ...options, how: 'deleted' });
    const { backend, name } = placeOf(experiment);
    const key = slotKey(backend, name);
    // A launch that waited for this deletion may already have taken the slot.
    if (outcome.leftovers.length === 0 && slots.get(key) === experiment) {
      slots.delete(key);
      watchers.notify(backend, { type: 'deleted', name });
    }
    onIdle();
    return outcome;
  }
}
