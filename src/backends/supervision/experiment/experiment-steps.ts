import { messageOf, phraseOf } from '../../../engine/contract/errors.ts';
import { releaseHoldings } from '../records/release-holdings.ts';
import { removeExperimentFolder } from '../records/remove-folder.ts';
import { endRuns } from '../runs/end-runs.ts';
import type { RunLifecycle } from '../runs/run-lifecycle.ts';
import type { RunsContext } from '../runs/runs-context.ts';
import { startRuns } from '../runs/start-runs.ts';
import type { DurableIntents } from './durable-intents.ts';
import type { IntentEffects } from './intent-queue.ts';
import type { Leases } from './leases.ts';

export interface DeletionHistory {
  /** Called after everything has ended and before it is removed. Never rejects. */
  keep(): Promise<void>;
  /** Takes warnings for the user who deletes the experiment. */
  note(warnings: readonly string[]): void;
}

/** Carries out what the intents of an experiment decide: ends and starts runs, and removes the experiment. */
export class ExperimentSteps implements IntentEffects {
  readonly #runs: RunsContext;
  readonly #lifecycle: RunLifecycle;
  readonly #leases: Leases;
  readonly #folder: string;
  readonly #intents: () => DurableIntents;
  readonly #history: DeletionHistory;

  constructor(
    runs: RunsContext,
    lifecycle: RunLifecycle,
    leases: Leases,
    folder: string,
    intents: () => DurableIntents,
    history: DeletionHistory,
  ) {
    this.#runs = runs;
    this.#lifecycle = lifecycle;
    this.#leases = leases;
    this.#folder = folder;
    this.#intents = intents;
    this.#history = history;
  }

  async start(keys: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    const refused = await this.#leases.reacquire(keys);
    for (const [key, error] of refused) this.#intents().giveUpStart(key, `not started again: ${messageOf(error)}`);
    const startable = keys.filter((key) => !refused.has(key));
    const failed = startable.length === 0 ? [] : await startRuns(this.#runs, this.#lifecycle, startable);
    return new Map([...refused, ...failed]);
  }

  async end(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { state } = this.#runs;
    const isDeleting = state.flags.deleting ?? false;
    // The request is recorded before anything ends, so that after a crash the next supervisor finishes it.
    if (!isDeleting) this.#intents().note(keys);
    if (isDeleting || keys.some((key) => state.get(key).wanted !== undefined)) await state.save();
    return endRuns(this.#runs, this.#lifecycle, keys);
  }

  async remove(): Promise<readonly string[]> {
    const { state, events, record } = this.#runs;
    const { runner } = this.#lifecycle;
    try {
      this.#lifecycle.close();
      state.close();
      // A running write would create files again.
      await state.save();
      events.close();
      // What processes wrote may go with what the runner removes.
      await this.#history.keep();
      this.#history.note(await runner.remove());
      await removeExperimentFolder(this.#folder);
      if (record.services.length > 0 || record.gpus !== undefined) await releaseHoldings(this.#folder);
      return [];
    } catch (error) {
      events.open();
      state.open();
      runner.observe();
      return [phraseOf(error)];
    }
  }
}
