import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { ExperimentRecord } from '../records/experiment-record.ts';
import type { ExperimentState } from '../records/experiment-state.ts';
import { GpuLease } from './gpu-lease.ts';
import { PortLease } from './port-lease.ts';

export interface LeasesOptions {
  readonly folder: string;
  readonly record: ExperimentRecord;
  readonly resolved: Pick<ResolvedExperiment, 'portRange'>;
  readonly processes: ReadonlyMap<string, ResolvedProcess>;
  readonly state: ExperimentState;
}

/** What an experiment holds of this machine while it runs: ports, and GPUs. */
export class Leases {
  readonly #ports: PortLease;
  readonly #gpus: GpuLease;

  constructor({ folder, record, resolved, processes, state }: LeasesOptions) {
    this.#ports = new PortLease(folder, record, resolved.portRange);
    this.#gpus = new GpuLease(folder, record, processes, state);
  }

  /** Notes what the launch took. */
  load(): void {
    this.#gpus.load();
  }

  /** Notes that an earlier supervisor has released the ports, because everything had ended. */
  assumePortsReleased(): void {
    this.#ports.assumeReleased();
  }

  /** Takes again what was released. Resolves with why some of these processes cannot have it, by key. */
  async reacquire(keys: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    try {
      await this.#ports.reacquire();
    } catch (error) {
      return new Map(keys.map((key) => [key, error as Error]));
    }
    return this.#gpus.reacquire(keys);
  }

  /**
   * Releases what nothing uses any more.
   * @param ended keys of the processes that have ended for good, with everything that they started
   * @param isOver whether these are all
   */
  async release(ended: readonly string[], isOver: boolean): Promise<void> {
    await Promise.all([this.#gpus.release(ended), ...(isOver ? [this.#ports.release()] : [])]);
  }

  /** Corrects the registers of this machine where they do not say what the experiment holds. */
  restore(): Promise<void> {
    return this.#gpus.restore();
  }
}
