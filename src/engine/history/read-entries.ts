import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HistoryEntry, parseEntry } from './history-entry.ts';
import { EntryFolder, parseEntryName } from './history-folder.ts';

/** Entries that are read at once. */
const maxConcurrentReads = 16;

export interface NumberedName {
  readonly name: string;
  readonly experiment: string;
  readonly number: number;
}

/** The names of the folders in the history that can be entries. */
export async function listEntryNames(root: string): Promise<NumberedName[]> {
  const names = await readdir(root).catch(() => []);
  return names.flatMap((name) => {
    const parsed = parseEntryName(name);
    return parsed === undefined ? [] : [{ name, ...parsed }];
  });
}

/** @returns undefined if there is no such entry, or it is damaged */
export async function readEntry(root: string, name: string): Promise<HistoryEntry | undefined> {
  const text = await readFile(new EntryFolder(join(root, name)).entry, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseEntry(name, text);
}

/** All readable entries, oldest deletion first. */
export async function readEntries(root: string): Promise<HistoryEntry[]> {
  const names = (await listEntryNames(root)).map(({ name }) => name);
  const entries: HistoryEntry[] = [];
  const waiting = names.values();
  const work = async () => {
    for (const name of waiting) {
      const entry = await readEntry(root, name);
      if (entry !== undefined) entries.push(entry);
    }
  };
  await Promise.all(Array.from({ length: maxConcurrentReads }, work));
  return entries.sort((a, b) => a.deletedAt.localeCompare(b.deletedAt) || compareNames(a, b));
}

/** The entry of a launch; undefined if there is none. */
export async function findByLaunch(
  root: string,
  experiment: string,
  launchId: string,
): Promise<HistoryEntry | undefined> {
  const names = (await listEntryNames(root)).filter((name) => name.experiment === experiment);
  for (const { name } of names.sort((a, b) => b.number - a.number)) {
    const entry = await readEntry(root, name);
    if (entry?.launchId === launchId) return entry;
  }
  return undefined;
}

function compareNames(a: HistoryEntry, b: HistoryEntry): number {
  return (parseEntryName(a.name)?.number ?? 0) - (parseEntryName(b.name)?.number ?? 0);
}
