import type { ResolvedExperiment } from '../../engine/spec/resolved-experiment.ts';
import type { ExperimentRecord } from './experiment-record.ts';
import { assignPorts, releasePorts } from './port-registry.ts';

/** The ports that an experiment was given at its launch: given back when everything has ended, and taken again for a restart. */
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

  /** For an experiment whose ports were given back by a supervisor before this one. */
  assumeReleased(): void {
    this.#isReleased = true;
  }

  async release(): Promise<void> {
    if (this.#isReleased || this.#record.services.length === 0) return;
    this.#isReleased = true;
    await releasePorts(this.#folder);
  }

  /** Takes the same ports again. Throws, naming the holder, if one of them is taken by now. */
  async reacquire(): Promise<void> {
    if (!this.#isReleased) return;
    const { name, services } = this.#record;
    const wanted = services.map((service) => ({ ...service, wantedPort: service.port }));
    await assignPorts({ experiment: name, folder: this.#folder }, wanted, this.#range);
    this.#isReleased = false;
  }
}
