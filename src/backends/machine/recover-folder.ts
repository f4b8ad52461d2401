import { existsSync } from 'node:fs';
import type { ExperimentFolder } from './experiment-folder.ts';
import { type ExperimentRecord, readRecord, writeRecord } from './experiment-record.ts';
import { makeFolders } from './prepare-launch.ts';

/** Whether the folder of an experiment lacks something that its supervisor and its keepers cannot do without. */
export function isFolderBroken(folder: ExperimentFolder, record: ExperimentRecord): boolean {
  const reading = readRecord(folder, record);
  const isUsable = reading !== undefined && 'record' in reading;
  return !isUsable || ![folder.runs, folder.logs].every((path) => existsSync(path));
}

/** Makes the folder again, with the record in it. Logs and launch files that were removed with it do not come back. */
export async function recoverFolder(folder: ExperimentFolder, record: ExperimentRecord): Promise<void> {
  await makeFolders(folder);
  await writeRecord(folder, record);
}
