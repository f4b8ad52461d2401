import { existsSync, statSync } from 'node:fs';
import type { ExperimentFolder } from './experiment-folder.ts';
import { type ExperimentRecord, readRecord, writeRecord } from './experiment-record.ts';
import { makeFolders } from './prepare-launch.ts';

/** Notices when the folder of an experiment is removed or damaged, and puts the experiment on record again. */
export class FolderGuard {
  readonly #folder: ExperimentFolder;
  readonly #record: ExperimentRecord;
  /** Of the record's file when it was last found usable: it is read again only when it has changed. */
  #usableVersion: string | undefined;

  constructor(folder: ExperimentFolder, record: ExperimentRecord) {
    this.#folder = folder;
    this.#record = record;
  }

  get isGone(): boolean {
    return !existsSync(this.#folder.path);
  }

  /** Whether the folder lacks something that the supervisor and the keepers cannot do without. */
  isBroken(): boolean {
    const { runs, logs } = this.#folder;
    return !this.#isRecordUsable() || ![runs, logs].every((path) => existsSync(path));
  }

  /** Makes the folder again, with the record in it. Logs and launch files that were removed with it do not come back. */
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
