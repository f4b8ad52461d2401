import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../client/cluster.ts';
import type { ExperimentDescription, LaunchOptions } from '../contract/backend.ts';
import { SymphonyError } from '../contract/errors.ts';
import type { ClusterEvent } from '../contract/events.ts';
import type { LogLine, LogOptions } from '../contract/logs.ts';
import { parseProcessKey, processKey } from '../contract/process-key.ts';
import { formatProcess, type ProcessReference, sameProcess } from '../contract/status.ts';
import type { ExperimentSnapshot } from '../contract/watch.ts';
import { finalName } from '../settings/username.ts';
import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import { unknownName } from '../text/common-errors.ts';
import { ArchivedLog } from './archived-log.ts';
import type { HistoryEntry, HistoryRecord } from './history-entry.ts';
import { EntryFolder, historyFolder, parseEntryName } from './history-folder.ts';
import { readHistoryLimits } from './history-limits.ts';
import { parseLogIndex } from './log-index.ts';
import { mergeLogs } from './merge-logs.ts';
import { removeEntries } from './prune-history.ts';
import { entriesToPrune, type PruneLimits } from './prune-policy.ts';
import { readEntries } from './read-entries.ts';

export interface PruneOptions extends PruneLimits {
  /** Remove everything, whatever its age and size. */
  readonly all?: boolean;
  /** Remove nothing, and only say what would be removed. */
  readonly dryRun?: boolean;
}

export interface RestoreOptions extends Omit<LaunchOptions, 'onEnded'> {
  /** Launch it under another name; the username is prefixed as to the name of every launch. */
  readonly name?: string;
}

/**
 * Experiments that were deleted or replaced on any backend: their specs, how their processes ended, and the end of what
 * these wrote. A name is that of an entry, `rl.3`, or that of an experiment, `rl`, which means its newest entry.
 */
export class History {
  /** All entries, oldest deletion first. Damaged ones are left out. */
  list(): Promise<readonly HistoryEntry[]> {
    return readEntries(historyFolder());
  }

  /** @throws SymphonyError `not-found` with similar names in its hint */
  async find(name: string): Promise<HistoryEntry> {
    const entries = await this.list();
    const found =
      entries.find((entry) => entry.name === name) ?? entries.findLast((entry) => entry.experiment === name);
    if (found !== undefined) return found;
    const known = entries.flatMap((entry) => (parseEntryName(name) === undefined ? entry.experiment : entry.name));
    throw unknownName('past experiment', name, [...new Set(known)], {
      where: 'in the history',
      shown: entries.map((entry) => entry.name).slice(-10),
    });
  }

  /** Everything that is kept, except the logs. @throws SymphonyError `not-found` */
  async read(name: string): Promise<HistoryRecord> {
    const entry = await this.find(name);
    const folder = new EntryFolder(join(historyFolder(), entry.name));
    const [spec, description, events, logs] = await Promise.all([
      readJson<ExperimentSpec>(folder.spec),
      readJson<ExperimentDescription>(folder.description),
      readFile(folder.events, 'utf8').catch(() => ''),
      readFile(folder.logIndex, 'utf8').catch(() => ''),
    ]);
    const keys = [...parseLogIndex(logs).keys()];
    const order = (description?.members ?? []).map(processKey);
    const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
    return {
      ...entry,
      ...(spec === undefined ? {} : { spec }),
      ...(description === undefined ? {} : { description }),
      events: events.split('\n').flatMap((line) => parseEvent(line) ?? []),
      logs: keys.sort((a, b) => place(a) - place(b) || a.localeCompare(b)).map(parseProcessKey),
    };
  }

  /**
   * Yields the kept lines of processes in batches, merged by time as far as times are known. `follow` has no effect:
   * nothing more is written.
   * @throws SymphonyError `not-found` for an experiment that is not there, or a process whose log is not kept
   */
  async *logBatches(
    name: string,
    processes: readonly ProcessReference[],
    options: LogOptions = {},
  ): AsyncGenerator<readonly LogLine[]> {
    const record = await this.read(name);
    const folder = new EntryFolder(join(historyFolder(), record.name));
    const indexes = parseLogIndex(await readFile(folder.logIndex, 'utf8').catch(() => ''));
    const logs: ArchivedLog[] = [];
    for (const reference of processes) {
      const index = indexes.get(processKey(reference));
      if (index === undefined) throw noLog(record, reference);
      const runs = record.description?.members.find((member) => sameProcess(member, reference))?.runs ?? [];
      logs.push(new ArchivedLog(reference, folder.logs, index, runs));
    }
    for (const batch of mergeLogs(logs.map((log) => log.lines(options)))) {
      if (options.signal?.aborted) return;
      yield batch;
    }
  }

  /** As `logBatches`, line by line. */
  async *logs(name: string, processes: readonly ProcessReference[], options: LogOptions = {}): AsyncGenerator<LogLine> {
    for await (const batch of this.logBatches(name, processes, options)) yield* batch;
  }

  /**
   * Launches a past experiment anew from its spec. Secrets are read again from their sources. Its paths are the absolute
   * ones of the first launch.
   * @throws SymphonyError `not-found`, `failed` if its spec is not kept, and as `Cluster.launch`
   */
  async restore(name: string, cluster: Cluster, options: RestoreOptions = {}): Promise<ExperimentSnapshot> {
    const { name: _, ...launch } = options;
    return cluster.launch(await this.specToRestore(name, options.name), launch);
  }

  /** The spec that `restore` launches. @param newName as in `RestoreOptions` @throws SymphonyError as `restore` */
  async specToRestore(name: string, newName?: string): Promise<ExperimentSpec> {
    const { spec, name: entry } = await this.read(name);
    if (spec === undefined)
      throw new SymphonyError('failed', `The spec of ${entry} was unreadable when it was deleted.`);
    const { parseSpec } = await import('../spec/parse-spec.ts');
    return parseSpec(newName === undefined ? spec : { ...spec, name: await finalName(newName) });
  }

  /**
   * Removes entries: by default those beyond the limits of the settings.
   * @returns the removed entries, or with `dryRun` those that would be, oldest first
   */
  async prune(options: PruneOptions = {}): Promise<readonly HistoryEntry[]> {
    const { all = false, dryRun = false, ...given } = options;
    const entries = await this.list();
    const hasLimits = given.ageSeconds !== undefined || given.totalBytes !== undefined;
    const limits = hasLimits ? given : { ...(await readHistoryLimits()), ...given };
    const names = all ? entries.map((entry) => entry.name) : entriesToPrune(entries, limits, Date.now());
    if (!dryRun) await removeEntries(names);
    return entries.filter((entry) => names.includes(entry.name));
  }

  /** Removes these entries. @param names as lists give them: `rl.3` @throws SymphonyError `not-found`, and removes nothing */
  async remove(names: readonly string[]): Promise<void> {
    const known = (await this.list()).map((entry) => entry.name);
    for (const name of names) if (!known.includes(name)) throw unknownName('past experiment', name, known);
    await removeEntries(names);
  }

  /** The folder that holds everything. It may not exist. */
  get folder(): string {
    return historyFolder();
  }
}

/** @returns undefined if there is no such file, or it is damaged */
async function readJson<Value extends object>(path: string): Promise<Value | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Value) : undefined;
  } catch {
    return undefined;
  }
}

function parseEvent(line: string): ClusterEvent | undefined {
  try {
    const event = JSON.parse(line) as Partial<ClusterEvent> | null;
    return typeof event?.time === 'string' && typeof event.message === 'string' ? (event as ClusterEvent) : undefined;
  } catch {
    return undefined;
  }
}

function noLog(record: HistoryRecord, reference: ProcessReference): SymphonyError {
  return unknownName('log of', formatProcess(reference), record.logs.map(formatProcess), {
    where: `in ${record.name} of the history`,
  });
}
