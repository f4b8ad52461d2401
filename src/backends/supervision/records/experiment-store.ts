import { join } from 'node:path';
import { messageOf } from '../../../engine/contract/errors.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';
import { DamagedExperiment } from './damaged-experiment.ts';
import { backendFolder, ExperimentFolder, machinesFolder } from './experiment-folder.ts';
import { type ExperimentRecord, readRecord } from './experiment-record.ts';
import type { ExperimentRuntime } from './experiment-runtime.ts';
import { toSnapshot } from './experiment-snapshot.ts';
import { listExperimentNames, listFolder } from './list-folder.ts';
import { type RunFinder, readRuntime } from './state-file.ts';

/** An experiment as it is stored on disk. */
export interface StoredExperiment {
  readonly folder: ExperimentFolder;
  readonly record: ExperimentRecord;
  readonly runtime: ExperimentRuntime;
  readonly snapshot: ExperimentSnapshot;
}

/** The experiments of one backend as stored on disk. */
export class ExperimentStore {
  readonly #backend: string;
  readonly #findRuns: RunFinder;

  constructor(backend: string, findRuns: RunFinder) {
    this.#backend = backend;
    this.#findRuns = findRuns;
  }

  /**
   * This machine's experiments. The files are current only while no supervisor runs and none is needed.
   */
  readAll(): StoredExperiment[] {
    return this.#readFolder().filter(isUsable);
  }

  /** Experiments of this machine whose records cannot be used. Processes they started may still be running. */
  readDamaged(): DamagedExperiment[] {
    return this.#readFolder().filter((found) => found instanceof DamagedExperiment);
  }

  /**
   * Experiments of other machines whose state is in the same home folder. They are listed, and cannot be changed from
   * here.
   */
  readForeign(): StoredExperiment[] {
    const own = machineIdentity().machine;
    return listFolder(machinesFolder())
      .filter((machine) => machine !== own)
      .flatMap((machine) => this.#readFolder(machine))
      .filter(isUsable)
      .map((stored) => {
        const reason = `on the machine ${stored.record.host}: use symphony there`;
        return { ...stored, snapshot: { ...stored.snapshot, experiment: { ...stored.snapshot.experiment, reason } } };
      });
  }

  /** @returns undefined if no experiment of that name is stored */
  read(name: string, machine?: string): StoredExperiment | DamagedExperiment | undefined {
    const backend = this.#backend;
    const folder = new ExperimentFolder(join(backendFolder(backend, machine), name));
    const damaged = (problem: string) => new DamagedExperiment({ backend, name }, folder, problem);
    const reading = readRecord(folder, { backend, name });
    // A folder without any run is the remainder of an interrupted launch or deletion.
    if (reading === undefined)
      return this.#findRuns(folder.path).size > 0 ? damaged('its record is missing') : undefined;
    if ('problem' in reading) return damaged(reading.problem);
    const { record, resolved } = reading;
    try {
      const runtime = readRuntime(folder, resolved.processes, this.#findRuns);
      return { folder, record, runtime, snapshot: toSnapshot(record, resolved, runtime) };
    } catch (error) {
      return damaged(`its stored state cannot be used (${messageOf(error)})`);
    }
  }

  #readFolder(machine?: string): (StoredExperiment | DamagedExperiment)[] {
    const names = listExperimentNames(backendFolder(this.#backend, machine));
    return names.flatMap((name) => this.read(name, machine) ?? []);
  }
}

function isUsable(found: StoredExperiment | DamagedExperiment): found is StoredExperiment {
  return !(found instanceof DamagedExperiment);
}
