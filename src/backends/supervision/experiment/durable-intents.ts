import { messageOf } from '../../../engine/contract/errors.ts';
import { isAlive, isFinal } from '../../../engine/contract/status.ts';
import type { EndVerdict } from '../../../engine/rules/process-runtime.ts';
import type { ExperimentState } from '../records/experiment-state.ts';
import type { RunLifecycle } from '../runs/run-lifecycle.ts';
import type { IntentQueue } from './intent-queue.ts';

/**
 * Stops and restarts of an experiment that are recorded until done, so that after a crash the next supervisor finishes
 * them.
 */
export class DurableIntents {
  readonly #queue: IntentQueue;
  readonly #state: ExperimentState;
  readonly #lifecycle: RunLifecycle;

  constructor(queue: IntentQueue, state: ExperimentState, lifecycle: RunLifecycle) {
    this.#queue = queue;
    this.#state = state;
    this.#lifecycle = lifecycle;
  }

  /** Ends processes, then starts their next runs. Rejects like the queue. */
  async restart(keys: readonly string[]): Promise<void> {
    try {
      await this.#queue.restart(keys);
    } catch (error) {
      for (const key of keys) if (!this.#queue.willStart(key)) this.#forget(key);
      throw error;
    }
  }

  /** Ends processes for good, or their current runs as failed. Rejects like the queue. */
  async stop(wanted: readonly string[], reason: string, countsAs: EndVerdict = 'stopped'): Promise<void> {
    // An earlier request is not overridden by a failure, and stays on record until it is done.
    const keys = wanted.filter((key) => countsAs === 'stopped' || this.#queue.wantedEnd(key) === undefined);
    const stopped = this.#queue.stop(keys, reason, countsAs);
    this.note(keys);
    try {
      await stopped;
    } finally {
      for (const key of keys) {
        if (this.#queue.willStart(key)) continue;
        this.#forget(key);
        if (countsAs === 'stopped') this.giveUpStart(key, reason);
      }
    }
  }

  /** Records why these processes are being ended. */
  note(keys: readonly string[]): void {
    for (const key of keys) {
      const wanted = this.#queue.wantedEnd(key);
      if (wanted !== undefined) this.#state.set(key, { ...this.#state.get(key), wanted });
    }
  }

  /** Resumes requests that an earlier supervisor left unfinished. A process that had ended for good is not started. */
  finish(): void {
    for (const key of this.#state.where(({ wanted }) => wanted !== undefined)) {
      const { wanted, state } = this.#state.get(key);
      const isDone = wanted?.countsAs === 'failed' ? !isAlive(state) : wanted?.startsAgain && isFinal(state);
      if (wanted === undefined || isDone) this.#forget(key);
      else {
        const finished = wanted.startsAgain ? this.restart([key]) : this.stop([key], wanted.reason, wanted.countsAs);
        finished.catch((error: unknown) => this.#state.note(messageOf(error)));
      }
    }
  }

  /** Changes a process that waits for its start to stopped. */
  giveUpStart(key: string, reason: string): void {
    const { until, ...runtime } = this.#state.get(key);
    if (runtime.state !== 'backoff') return;
    this.#lifecycle.cancelRestart(key);
    this.#state.set(key, { ...runtime, state: 'stopped', reason });
  }

  #forget(key: string): void {
    const { wanted, ...runtime } = this.#state.get(key);
    if (wanted !== undefined) this.#state.set(key, runtime);
  }
}
