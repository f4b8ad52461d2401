import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ExperimentDescription } from '../contract/backend.ts';
import type { ClusterEvent } from '../contract/events.ts';
import { processKey } from '../contract/process-key.ts';
import {
  countProcesses,
  type ExperimentState,
  isFinal,
  type ProcessReference,
  type ProcessStatus,
} from '../contract/status.ts';
import { withFileLock } from '../files/file-lock.ts';
import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import { type Departure, formatEntry, type HistoryEntry, type StoredEntry } from './history-entry.ts';
import { EntryFolder, entryName, historyFolder } from './history-folder.ts';
import type { LogContent, LogIndex } from './log-index.ts';
import { findByLaunch, listEntryNames } from './read-entries.ts';

/** How long a commit waits for others: it goes on without the lock, because it must not delay a deletion. */
const lockSeconds = 3;
/** After a write of this size, other work of the program gets its turn. */
const largeBytes = 64 * 1024;

/** What is known of an experiment whose processes have ended. */
export interface PastExperiment {
  readonly experiment: string;
  readonly backend: string;
  readonly place?: string | undefined;
  readonly launchId?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly how: Departure;
  /** Its state when the deletion began, and a remark on it. */
  readonly state?: ExperimentState | undefined;
  readonly reason?: string | undefined;
  readonly spec?: ExperimentSpec | undefined;
  readonly description?: ExperimentDescription | undefined;
  readonly events?: readonly ClusterEvent[];
  /** Descriptions of what could not be kept. */
  readonly notes: readonly string[];
}

/**
 * An entry of the history that is being written. It has a temporary name until it is complete: whatever ends the writer
 * in between, no list contains half of an entry.
 */
export class Archive {
  readonly #folder: EntryFolder;
  readonly #index: Record<string, LogIndex> = {};
  #data: number | undefined;
  #dataBytes = 0;
  #adding: Promise<void> = Promise.resolve();
  /** Of all files but the data. */
  #bytes = 0;

  /** @throws the system's error if the history cannot be written to */
  static async begin(experiment: string): Promise<Archive> {
    const root = historyFolder();
    await mkdir(root, { recursive: true, mode: 0o700 });
    const folder = new EntryFolder(join(root, `.${experiment}-${crypto.randomUUID()}.partial`));
    await mkdir(folder.path, { mode: 0o700 });
    return new Archive(folder);
  }

  private constructor(folder: EntryFolder) {
    this.#folder = folder;
  }

  /**
   * Adds the log of one process. Several calls follow each other.
   * @param chunks its bytes; their beginnings in the file are those that `log` says
   * @throws the system's error if it cannot be written, and what `chunks` throws
   */
  addLog(reference: ProcessReference, log: LogContent, chunks: Iterable<Uint8Array>): Promise<void> {
    const adding = this.#adding.then(() => this.#addLog(processKey(reference), log, chunks));
    this.#adding = adding.catch(() => undefined);
    return adding;
  }

  async #addLog(key: string, log: LogContent, chunks: Iterable<Uint8Array>): Promise<void> {
    this.#data ??= openSync(this.#folder.logs, 'wx', 0o600);
    const offset = this.#dataBytes;
    for (const bytes of chunks) {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#data, bytes, written);
      this.#dataBytes += bytes.length;
      if (bytes.length >= largeBytes) await setImmediate();
    }
    this.#index[key] = { offset, length: this.#dataBytes - offset, ...log };
  }

  /**
   * Makes the entry visible, unless the same launch is in the history already, because an earlier attempt was
   * interrupted after that or another client was faster.
   * @returns the entry; undefined if the launch is there already
   */
  async commit(past: PastExperiment): Promise<HistoryEntry | undefined> {
    const { spec, description, events = [] } = past;
    await this.#adding;
    this.#close();
    if (this.#dataBytes > 0 || Object.keys(this.#index).length > 0)
      await this.#write(this.#folder.logIndex, JSON.stringify(this.#index));
    if (spec !== undefined) await this.#write(this.#folder.spec, JSON.stringify(spec));
    // Read after the processes had ended, it would say that the experiment is being deleted.
    const { state = description?.state, reason = description?.reason } = past;
    if (description !== undefined)
      await this.#write(this.#folder.description, JSON.stringify({ ...description, state, reason }));
    if (events.length > 0)
      await this.#write(this.#folder.events, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const entry = toEntry(past, this.#bytes + this.#dataBytes);
    await this.#write(this.#folder.entry, formatEntry(entry));
    const root = dirname(this.#folder.path);
    const publish = async () => {
      if (past.launchId !== undefined && (await findByLaunch(root, past.experiment, past.launchId)) !== undefined) {
        await this.discard();
        return undefined;
      }
      return { ...entry, name: await publishFolder(this.#folder.path, past.experiment) };
    };
    return withHistoryLock(publish).catch((error: unknown) => {
      if ((error as { code?: string }).code === 'timeout') return publish();
      throw error;
    });
  }

  /** Removes what was written. Never fails: what stays behind is removed by a later pruning. */
  async discard(): Promise<void> {
    await this.#adding;
    this.#close();
    await rm(this.#folder.path, { recursive: true, force: true }).catch(() => undefined);
  }

  #close(): void {
    if (this.#data !== undefined) closeSync(this.#data);
    this.#data = undefined;
  }

  async #write(path: string, text: string): Promise<void> {
    this.#bytes += Buffer.byteLength(text);
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  }
}

/** Runs an action while no other process of this machine changes the list of entries. */
export function withHistoryLock<Result>(action: () => Promise<Result>): Promise<Result> {
  return withFileLock(join(historyFolder(), '.lock'), action, { timeoutSeconds: lockSeconds });
}

/** Gives the folder the next free number. A rename onto an entry fails, so that none is ever replaced. */
async function publishFolder(path: string, experiment: string): Promise<string> {
  const root = dirname(path);
  const numbers = (await listEntryNames(root)).filter((name) => name.experiment === experiment);
  for (let number = 1 + Math.max(0, ...numbers.map((name) => name.number)); ; number += 1) {
    const target = join(root, entryName(experiment, number));
    try {
      await rename(path, target);
      return basename(target);
    } catch (error) {
      if (!['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

function toEntry(past: PastExperiment, bytes: number): StoredEntry {
  const { experiment, backend, place, launchId, createdAt, how, state, reason, description, notes } = past;
  const deletedAt = new Date().toISOString();
  const members: readonly ProcessStatus[] = description?.members ?? [];
  return {
    experiment,
    backend,
    ...(place === undefined ? {} : { place }),
    host: hostname(),
    ...(launchId === undefined ? {} : { launchId }),
    ...(createdAt === undefined ? {} : { createdAt }),
    endedAt: endOf(members) ?? deletedAt,
    deletedAt,
    how,
    ...(state === undefined ? {} : { state }),
    ...(reason === undefined ? {} : { reason }),
    processes: countProcesses(members),
    bytes,
    notes,
  };
}

/** When the last of the processes ended; undefined if that is not known of each. */
function endOf(members: readonly ProcessStatus[]): string | undefined {
  const started = members.filter(({ startedAt }) => startedAt !== undefined);
  const ends = started.map(({ state, finishedAt }) => (isFinal(state) ? finishedAt : undefined));
  if (ends.length === 0 || ends.includes(undefined)) return undefined;
  return (ends as string[]).reduce((last, end) => (end > last ? end : last));
}
