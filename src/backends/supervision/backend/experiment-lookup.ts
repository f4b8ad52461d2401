import { SymphonyError } from '../../../engine/contract/errors.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import { type ProcessReference, type ProcessStatus, sameProcess } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { advise } from '../../../engine/text/advice.ts';
import { noExperiment, noProcess } from '../../../engine/text/common-errors.ts';
import { DamagedExperiment } from '../records/damaged-experiment.ts';
import type { ExperimentStore, StoredExperiment } from '../records/experiment-store.ts';
import { distinctNames, type ForeignExperiment } from './foreign-experiments.ts';
import type { SupervisorLink } from './supervisor-link.ts';

/** An experiment and one of its processes. */
export interface FoundProcess {
  readonly stored: StoredExperiment;
  readonly key: string;
  readonly status: ProcessStatus;
  readonly definition: ResolvedProcess;
}

/** Finds experiments and processes of one backend. */
export class ExperimentLookup {
  readonly #backend: string;
  readonly #store: ExperimentStore;
  readonly #link: SupervisorLink;
  readonly #findElsewhere: () => Promise<readonly ForeignExperiment[]>;

  /** @param findElsewhere finds foreign experiments beyond those whose state is in the same home folder */
  constructor(
    backend: string,
    store: ExperimentStore,
    link: SupervisorLink,
    findElsewhere: () => Promise<readonly ForeignExperiment[]>,
  ) {
    this.#backend = backend;
    this.#store = store;
    this.#link = link;
    this.#findElsewhere = findElsewhere;
  }

  /** This machine's experiments as stored on disk, the damaged ones included. */
  readOwn(): ExperimentSnapshot[] {
    const damaged = this.#store.readDamaged().map((experiment) => experiment.snapshot());
    return [...this.#store.readAll().map(({ snapshot }) => snapshot), ...damaged];
  }

  /** Experiments that other machines or users run, as far as they are known. Never rejects. */
  async findForeign(): Promise<readonly ExperimentSnapshot[]> {
    return this.foreignFinder()();
  }

  /** Finds these again and again: those elsewhere stay as they were while they are not known. The result never rejects. */
  foreignFinder(): () => Promise<readonly ExperimentSnapshot[]> {
    let elsewhere: readonly ForeignExperiment[] = [];
    return async () => {
      elsewhere = await this.#findElsewhere().catch(() => elsewhere);
      return this.#foreign(elsewhere).map(({ snapshot }) => snapshot);
    };
  }

  /**
   * Reads an experiment from disk. If its files were removed or damaged while it runs, its supervisor restores them
   * first.
   * @throws SymphonyError `not-found`; `conflict` if it is on another machine; `failed` if it is damaged
   */
  async find(name: string): Promise<StoredExperiment> {
    const found = this.#store.read(name);
    const isUsable = found !== undefined && !(found instanceof DamagedExperiment);
    const stored = isUsable ? found : ((await this.#findSupervised(name)) ?? found);
    if (stored instanceof DamagedExperiment) throw stored.error();
    if (stored !== undefined) return stored;
    const elsewhere = await this.#findElsewhere().catch(() => []);
    const foreign = this.#foreign(elsewhere).find(({ snapshot }) => snapshot.experiment.name === name);
    if (foreign !== undefined) {
      throw new SymphonyError('conflict', `Experiment ${name} is on the machine ${foreign.host}.`, {
        hint: advise((say) => say.either('Run the command there.', 'Run the program there.')),
      });
    }
    const known = this.readOwn().map(({ experiment }) => experiment.name);
    throw noExperiment(name, known);
  }

  /** @throws SymphonyError like `find`, and `not-found` if the experiment has no such process */
  async findProcess(name: string, reference: ProcessReference): Promise<FoundProcess> {
    const stored = await this.find(name);
    const { processes } = stored.snapshot;
    const status = processes.find((other) => sameProcess(other, reference));
    const definition = resolveExperiment(stored.record.spec).processes.find((other) => sameProcess(other, reference));
    if (status === undefined || definition === undefined) throw noProcess(reference, name, processes);
    return { stored, key: processKey(reference), status, definition };
  }

  #foreign(elsewhere: readonly ForeignExperiment[]): readonly ForeignExperiment[] {
    const stored = this.#store.readForeign().map(({ record: { host }, snapshot }) => ({ host, snapshot }));
    const own = this.readOwn().map(({ experiment }) => experiment.name);
    return distinctNames([...stored, ...elsewhere], own);
  }

  async #findSupervised(name: string): Promise<StoredExperiment | DamagedExperiment | undefined> {
    const connection = await this.#link.connect();
    try {
      await connection?.call('snapshot', { backend: this.#backend, name });
    } catch (error) {
      if (!(error instanceof SymphonyError && error.code === 'not-found')) throw error;
    }
    return this.#store.read(name);
  }
}
