import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { absolutePath } from '../../../engine/files/working-directory.ts';
import { cannotCopy } from './copy-script.ts';
import type { LocalEntry } from './local-entries.ts';

/** What is copied from this machine: a file or a folder. */
export interface LocalSource {
  readonly path: string;
  readonly stats: Stats;
  readonly isFolder: boolean;
}

/** @throws SymphonyError `not-found`, or `failed` for what is neither a file nor a folder */
export async function findLocalSource(source: string): Promise<LocalSource> {
  const path = absolutePath(source);
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) throw new SymphonyError('not-found', `There is no ${source}.`);
  const isFolder = stats.isDirectory();
  if (!isFolder && !stats.isFile()) throw cannotCopy(source, 'it is neither a file nor a folder');
  return { path, stats, isFolder };
}

/** The size of all files among the entries, in bytes. */
export function totalBytes(entries: readonly LocalEntry[]): number {
  return entries.reduce((sum, { stats }) => sum + (stats.isFile() ? stats.size : 0), 0);
}
