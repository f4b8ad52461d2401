import { join } from 'node:path';
import { messageOf } from '../../../engine/contract/errors.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';
import { parseRunFileName } from '../keeper/runs/run-files.ts';
import { DamagedExperiment } from './damaged-experiment.ts';
import { backendFolder, ExperimentFolder, machinesFolder } from './experiment-folder.ts';
import { type ExperimentRecord, readRecord } from './experiment-record.ts';
import type { ExperimentRuntime } from './experiment-runtime.ts';
import { toSnapshot } from './experiment-snapshot.ts';
import { listFolder } from './list-folder.ts';
import { readRuntime } from './state-file.ts';

/** An experiment as it is stored on disk. */
export interface StoredExperiment {
  readonly folder: ExperimentFolder;
  readonly record: ExperimentRecord;
  readonly runtime: ExperimentRuntime;
  readonly snapshot: ExperimentSnapshot;
}

/**
 * This machine's experiments as stored on disk. The files are current only while no supervisor runs and none is needed.
 */
export function readStoredExperiments(backend: string): StoredExperiment[] {
  return readFolder(backend).filter(isUsable);
}

/** Experiments of this machine whose records cannot be used. Processes they started may still be running. */
export function readDamagedExperiments(backend: string): DamagedExperiment[] {
  return readFolder(backend).filter((found) => found instanceof DamagedExperiment);
}

/**
 * Experiments of other machines whose state is in the same home folder. They are listed, and cannot be changed from
 * here.
 */
export function readForeignExperiments(backend: string): StoredExperiment[] {
  const own = machineIdentity().machine;
  return listFolder(machinesFolder())
    .filter((machine) => machine !== own)
    .flatMap((machine) => readFolder(backend, machine))
    .filter(isUsable)
    .map((stored) => {
      const reason = `on the machine ${stored.record.host}: use symphony there`;
      return { ...stored, snapshot: { ...stored.snapshot, experiment: { ...stored.snapshot.experiment, reason } } };
    });
}

/** @returns undefined if no experiment of that name is stored */
export function readStoredExperiment(
  backend: string,
  name: string,
  machine?: string,
): StoredExperiment | DamagedExperiment | undefined {
  const folder = new ExperimentFolder(join(backendFolder(backend, machine), name));
  const damaged = (problem: string) => new DamagedExperiment({ backend, name }, folder, problem);
  const reading = readRecord(folder, { backend, name });
  if (reading === undefined) return hasRuns(folder) ? damaged('its record is missing') : undefined;
  if ('problem' in reading) return damaged(reading.problem);
  const { record, resolved } = reading;
  try {
    const runtime = readRuntime(folder, resolved.processes.map(processKey));
    return { folder, record, runtime, snapshot: toSnapshot(record, resolved, runtime) };
  } catch (error) {
    return damaged(`its stored state cannot be used (${messageOf(error)})`);
  }
}

function readFolder(backend: string, machine?: string): (StoredExperiment | DamagedExperiment)[] {
  const names = listFolder(backendFolder(backend, machine));
  return names.flatMap((name) => readStoredExperiment(backend, name, machine) ?? []);
}

function isUsable(found: StoredExperiment | DamagedExperiment): found is StoredExperiment {
  return !(found instanceof DamagedExperiment);
}

/** A folder without any run is the remainder of an interrupted launch or deletion. */
function hasRuns(folder: ExperimentFolder): boolean {
  return listFolder(folder.runs).some((name) => parseRunFileName(name) !== undefined);
}
