import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { assignPorts, releasePorts } from '../../kit/ports/port-registry.ts';
import type { ExperimentRecord } from '../records/experiment-record.ts';

/** The ports assigned to an experiment at launch: released when everything has ended, and reacquired for a restart. */
export class PortLease {
  readonly #folder: string;
  readonly #record: ExperimentRecord;
  readonly #range: ResolvedExperiment['portRange'];
  #isReleased = false;

  constructor(folder: string, record: ExperimentRecord, range: ResolvedExperiment['portRange']) {
    this.#folder = folder;
    this.#record = record;
    this.#range = range;
  }

  /** Marks the ports as released by an earlier supervisor. */
  assumeReleased(): void {
    this.#isReleased = true;
  }

  async release(): Promise<void> {
    if (this.#isReleased || this.#record.services.length === 0) return;
    this.#isReleased = true;
    await releasePorts(this.#folder);
  }

  /** Reacquires the same ports. Throws, naming the holder, if one of them is in use. */
  async reacquire(): Promise<void> {
    if (!this.#isReleased) return;
    const { name, services } = this.#record;
    const here = services.filter(({ hasOwnNetwork }) => hasOwnNetwork !== true);
    const wanted = here.map((service) => ({ ...service, wantedPort: service.port }));
    await assignPorts({ experiment: name, folder: this.#folder }, wanted, this.#range);
    this.#isReleased = false;
  }
}
