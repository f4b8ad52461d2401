import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../../engine/contract/errors.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { describeGpu, type Gpu } from '../../kit/gpus/gpu.ts';
import { type HeldGpus, recordedGpus, recordGpus, takeGpus, usersOf } from '../../kit/gpus/gpu-registry.ts';
import type { ExperimentRecord } from '../records/experiment-record.ts';
import type { ExperimentState } from '../records/experiment-state.ts';

/**
 * The GPUs of an experiment's processes: taken at launch for all of them, released for each process that has ended for
 * good, and taken again when it is restarted. The state of the experiment says who has which; the register of this machine
 * follows it.
 */
export class GpuLease {
  readonly #folder: string;
  readonly #record: ExperimentRecord;
  readonly #processes: ReadonlyMap<string, ResolvedProcess>;
  readonly #state: ExperimentState;
  /** Changes of the register follow each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    folder: string,
    record: ExperimentRecord,
    processes: ReadonlyMap<string, ResolvedProcess>,
    state: ExperimentState,
  ) {
    this.#folder = folder;
    this.#record = record;
    this.#processes = processes;
    this.#state = state;
  }

  /** Reads from the register what was taken for the launch. */
  load(): void {
    const gpus = this.#record.gpus ?? [];
    if (gpus.length === 0) return;
    const recorded = recordedGpus(this.#folder);
    const held: Record<string, Gpu[]> = {};
    for (const gpu of gpus) for (const key of recorded[gpu.id] ?? []) held[key] = [...(held[key] ?? []), gpu];
    this.#state.setFlags({ gpus: held });
  }

  /** Takes GPUs for those processes that have none any more. Resolves with why some get none, by key. */
  reacquire(keys: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    return this.#inTurn(async () => {
      const errors = new Map<string, Error>();
      for (const key of keys) await this.#take(key).catch((error: unknown) => errors.set(key, error as Error));
      return errors;
    });
  }

  /** Releases the GPUs of processes that have ended for good, and of those that the experiment no longer has. */
  release(ended: readonly string[]): Promise<void> {
    const isKept = (key: string) => this.#processes.has(key) && !ended.includes(key);
    if (Object.keys(this.#held).every(isKept)) return Promise.resolve();
    return this.#inTurn(async () => {
      this.#change(Object.fromEntries(Object.entries(this.#held).filter(([key]) => isKept(key))));
      await recordGpus(this.#holder, this.#held);
    });
  }

  /** Writes into the register what is missing there: it is a file in a folder that systems clean up. */
  restore(): Promise<void> {
    if (this.#record.gpus === undefined) return Promise.resolve();
    return this.#inTurn(async () => {
      const held = this.#held;
      if (isDeepStrictEqual(recordedGpus(this.#folder), usersOf(held))) return;
      for (const gpu of await recordGpus(this.#holder, held))
        this.#state.note(`${describeGpu(gpu)} was given to another experiment too, because the register was lost.`);
    });
  }

  async #take(key: string): Promise<void> {
    const { gpu: count = 0 } = this.#processes.get(key)?.resources ?? {};
    // An experiment from before GPUs were handed out goes on without.
    const { gpus: offered } = this.#record;
    if (count === 0 || offered === undefined || this.#held[key] !== undefined) return;
    const path = this.#processes.get(key)?.path ?? key;
    const request = { key, count, path, endedBefore: new Set<string>() };
    this.#change(await takeGpus(this.#holder, [request], offered, this.#held));
  }

  /** Processes whose GPUs change are reported as changed. */
  #change(held: HeldGpus): void {
    const before = this.#held;
    this.#state.setFlags({ gpus: held });
    for (const key of this.#processes.keys()) if (before[key] !== held[key]) this.#state.set(key, this.#state.get(key));
  }

  get #held(): HeldGpus {
    return this.#state.flags.gpus ?? {};
  }

  get #holder(): { readonly experiment: string; readonly folder: string } {
    return { experiment: this.#record.name, folder: this.#folder };
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(action);
    this.#last = result.catch(messageOf);
    return result;
  }
}
