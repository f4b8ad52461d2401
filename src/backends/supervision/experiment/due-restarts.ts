import type { ExperimentState } from '../records/experiment-state.ts';
import type { FaultBarrier } from '../runs/fault-barrier.ts';
import type { RunLifecycle } from '../runs/run-lifecycle.ts';
import type { IntentQueue } from './intent-queue.ts';

/** Starts processes whose backoff is over. Restarts that fail because of a fault stay scheduled. */
export class DueRestarts {
  readonly #state: ExperimentState;
  readonly #lifecycle: RunLifecycle;
  readonly #queue: IntentQueue;
  readonly #barrier: FaultBarrier;
  readonly #isHeld: (key: string) => boolean;

  /** @param isHeld whether a process must not be started, because the experiment is over: its rules stop it */
  constructor(
    state: ExperimentState,
    lifecycle: RunLifecycle,
    queue: IntentQueue,
    barrier: FaultBarrier,
    isHeld: (key: string) => boolean,
  ) {
    this.#isHeld = isHeld;
    this.#state = state;
    this.#lifecycle = lifecycle;
    this.#queue = queue;
    this.#barrier = barrier;
  }

  /** Never rejects. */
  async run(keys: readonly string[]): Promise<void> {
    const restarted = await this.#barrier.runAsync('restarting its processes', () => this.#restart(keys));
    if (restarted !== undefined) return;
    this.#barrier.run('postponing a restart', () => {
      for (const key of keys) {
        const runtime = this.#state.get(key);
        if (runtime.state === 'backoff') this.#lifecycle.postpone(key, runtime, this.#barrier.reason ?? '');
      }
    });
  }

  /** Asks once what still runs of all processes that are due together. */
  async #restart(keys: readonly string[]): Promise<true> {
    // Leftovers of a previous run may still hold its ports. Ending them takes time, so those processes are restarted
    // separately.
    const heldUp = await this.#lifecycle.runner.findRunning(keys);
    const due = keys.filter((key) => this.#state.get(key).state === 'backoff' && !this.#isHeld(key));
    for (const key of due) if (heldUp.has(key)) void this.#queue.restartByPolicy([key]);
    await this.#queue.restartByPolicy(due.filter((key) => !heldUp.has(key)));
    return true;
  }
}
