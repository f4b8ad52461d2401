import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { ExperimentRunner } from '../runs/runner.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import { type ExperimentRecord, readRecord, writeRecord } from './experiment-record.ts';

/** Detects that the folder of an experiment was removed or damaged, and restores it. */
export class FolderGuard {
  readonly #folder: ExperimentFolder;
  readonly #record: ExperimentRecord;
  readonly #runner: ExperimentRunner;
  /** Version of the record file when it was last found usable; the file is read again only after a change. */
  #usableVersion: string | undefined;

  constructor(folder: ExperimentFolder, record: ExperimentRecord, runner: ExperimentRunner) {
    this.#folder = folder;
    this.#record = record;
    this.#runner = runner;
  }

  get isGone(): boolean {
    return !existsSync(this.#folder.path);
  }

  /** Whether the folder lacks a file that the supervisor or the runner needs. */
  isBroken(): boolean {
    return !this.#isRecordUsable() || !this.#runner.isIntact();
  }

  /** Recreates the folder with the record. Removed output, and what runs are started from, is not restored. */
  async repair(): Promise<void> {
    await mkdir(this.#folder.path, { recursive: true, mode: 0o700 });
    await writeRecord(this.#folder, this.#record);
    await this.#runner.repair();
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
