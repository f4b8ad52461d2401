import { isManaged, type KnownExperiment, placeOf, slotKey } from './experiment-slots.ts';
import type { SupervisorParts } from './supervisor-parts.ts';

/** Deletes experiments, each once: a second delete waits for the first. */
export class Deletions {
  readonly #parts: SupervisorParts;
  readonly #running = new Map<KnownExperiment, Promise<readonly string[]>>();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  /** Ends everything, removes the folder and frees the slot; resolves with what could not be ended, in words. */
  async delete(experiment: KnownExperiment): Promise<readonly string[]> {
    const running = this.#running.get(experiment);
    if (running !== undefined) return running;
    const deletion = this.#delete(experiment).finally(() => this.#running.delete(experiment));
    this.#running.set(experiment, deletion);
    return deletion;
  }

  /** Ends everything and removes the folder; resolves with what could not be ended, in words. */
  async end(experiment: KnownExperiment): Promise<readonly string[]> {
    if (isManaged(experiment)) return experiment.delete();
    const runner = this.#parts.runners[experiment.backend];
    return runner === undefined ? [`its backend ${experiment.backend} is unknown`] : experiment.delete(runner);
  }

  async #delete(experiment: KnownExperiment): Promise<readonly string[]> {
    const { slots, watchers, onIdle } = this.#parts;
    const leftovers = await this.end(experiment);
    const { backend, name } = placeOf(experiment);
    const key = slotKey(backend, name);
    // A launch that waited for this deletion may already have taken the slot.
    if (leftovers.length === 0 && slots.get(key) === experiment) {
      slots.delete(key);
      watchers.notify(backend, { type: 'deleted', name });
    }
    onIdle();
    return leftovers;
  }
}
