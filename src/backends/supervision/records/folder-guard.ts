import { existsSync, statSync } from 'node:fs';
import { makeFolders } from '../keeper/runs/prepare-launch.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import { type ExperimentRecord, readRecord, writeRecord } from './experiment-record.ts';

/** Detects that the folder of an experiment was removed or damaged, and restores it. */
export class FolderGuard {
  readonly #folder: ExperimentFolder;
  readonly #record: ExperimentRecord;
  /** Version of the record file when it was last found usable; the file is read again only after a change. */
  #usableVersion: string | undefined;

  constructor(folder: ExperimentFolder, record: ExperimentRecord) {
    this.#folder = folder;
    this.#record = record;
  }

  get isGone(): boolean {
    return !existsSync(this.#folder.path);
  }

  /** Whether the folder lacks a file that the supervisor and the keepers need. */
  isBroken(): boolean {
    const { runs, logs } = this.#folder;
    return !this.#isRecordUsable() || ![runs, logs].every((path) => existsSync(path));
  }

  /** Recreates the folder with the record. Removed logs and launch files are not restored. */
  async repair(): Promise<void> {
    await makeFolders(this.#folder);
    await writeRecord(this.#folder, this.#record);
  }

  #isRecordUsable(): boolean {
    const version = this.#readVersion();
    if (version !== undefined && version === this.#usableVersion) return true;
    const reading = readRecord(this.#folder, this.#record);
    const isUsable = reading !== undefined && 'record' in reading;
    this.#usableVersion = isUsable ? version : undefined;
    return isUsable;
  }

  #readVersion(): string | undefined {
    const found = statSync(this.#folder.record, { throwIfNoEntry: false });
    return found === undefined ? undefined : `${found.ino} ${found.mtimeMs} ${found.size}`;
  }
}
