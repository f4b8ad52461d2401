import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { countProcesses, type ExperimentStatus } from '../../engine/status.ts';
import type { ExperimentSnapshot } from '../../engine/watch.ts';
import { backendFolder, ExperimentFolder, machinesFolder, processKey } from './experiment-folder.ts';
import { type ExperimentRecord, readRecord, resolveRecord } from './experiment-record.ts';
import { machineIdentity } from './machine-identity.ts';
import { type ExperimentRuntime, toSnapshot } from './process-status.ts';
import { listFolder } from './run-watcher.ts';
import { readRuntime } from './state-file.ts';

/** An experiment as the disk has it. */
export interface StoredExperiment {
  readonly folder: ExperimentFolder;
  readonly record: ExperimentRecord;
  readonly runtime: ExperimentRuntime;
  readonly snapshot: ExperimentSnapshot;
}

/** What the disk has of this machine's experiments. True as long as no supervisor runs and nothing needs one. */
export function readStoredExperiments(backend: string): StoredExperiment[] {
  return readFolder(backendFolder(backend));
}

/** Experiments of other machines whose state lies in the same home folder: seen, and not to be touched from here. */
export function readForeignExperiments(backend: string): StoredExperiment[] {
  const own = machineIdentity().machine;
  return listFolder(machinesFolder())
    .filter((machine) => machine !== own)
    .flatMap((machine) => readFolder(backendFolder(backend, machine)))
    .map((stored) => {
      const reason = `on the machine ${stored.record.host}: use symphony there`;
      return { ...stored, snapshot: { ...stored.snapshot, experiment: { ...stored.snapshot.experiment, reason } } };
    });
}

export function readStoredExperiment(backend: string, name: string): StoredExperiment | undefined {
  return readOne(join(backendFolder(backend), name), name);
}

/** Experiments whose records cannot be read any more: still to be seen, for what they started may still run. */
export function damagedExperiments(backend: string): ExperimentStatus[] {
  return damagedFolders(backend).map((path) => ({
    name: basename(path),
    backend,
    state: 'degraded',
    reason: `its record is damaged; what is left of it is in ${path}`,
    createdAt: (statSync(path, { throwIfNoEntry: false })?.birthtime ?? new Date()).toISOString(),
    processes: countProcesses([]),
    services: [],
  }));
}

/** Folders of this machine that hold something, and whose records cannot be read any more. */
function damagedFolders(backend: string): string[] {
  const root = backendFolder(backend);
  return listFolder(root)
    .map((name) => join(root, name))
    .filter((path) => isDamaged(new ExperimentFolder(path)));
}

/** Whether there is a record, and neither it nor its copy can be read. */
export function isDamaged(folder: ExperimentFolder): boolean {
  // In this order: one that is just being deleted is not damaged.
  return readRecord(folder) === undefined && existsSync(folder.record);
}

function readFolder(root: string): StoredExperiment[] {
  return listFolder(root).flatMap((name) => readOne(join(root, name), name) ?? []);
}

function readOne(path: string, name: string): StoredExperiment | undefined {
  const folder = new ExperimentFolder(path);
  const record = readRecord(folder);
  if (record === undefined || record.name !== name) return undefined;
  const resolved = resolveRecord(record);
  const runtime = readRuntime(folder, resolved.processes.map(processKey));
  return { folder, record, runtime, snapshot: toSnapshot(record, resolved, runtime) };
}
