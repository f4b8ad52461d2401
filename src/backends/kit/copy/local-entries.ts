import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';

export interface LocalEntry {
  readonly path: string;
  /** Relative to the copied folder, which has a name itself. */
  readonly name: string;
  readonly stats: Pick<Stats, 'isDirectory' | 'isFile' | 'isSymbolicLink' | 'size' | 'mode' | 'mtimeMs'>;
}

/**
 * Lists a folder and its content.
 * @param onLeftOut called with the path of an entry that is neither folder, file nor link
 */
export async function* localEntries(
  path: string,
  name: string,
  onLeftOut: ((path: string) => void) | undefined,
): AsyncGenerator<LocalEntry> {
  yield { path, name, stats: await lstat(path) };
  for (const child of await readdir(path, { withFileTypes: true })) {
    const entry = { path: join(path, child.name), name: `${name}/${child.name}` };
    if (child.isDirectory()) yield* localEntries(entry.path, entry.name, onLeftOut);
    else if (child.isFile() || child.isSymbolicLink()) yield { ...entry, stats: await lstat(entry.path) };
    else onLeftOut?.(entry.path);
  }
}

/**
 * Reads the file's initial size: a file that grows meanwhile is read as it was.
 * @param onBytes called with the size of each part
 * @param partBytes the largest size of a part
 * @throws SymphonyError `failed` if the file became shorter
 */
export async function* readLocalFile(
  { path, stats }: LocalEntry,
  onBytes?: (bytes: number) => void,
  partBytes = 64 * 1024,
): AsyncGenerator<Buffer> {
  if (stats.size === 0) return;
  let rest = stats.size;
  for await (const chunk of createReadStream(path, { highWaterMark: partBytes, end: rest - 1 })) {
    rest -= chunk.length;
    yield chunk;
    onBytes?.(chunk.length);
  }
  if (rest > 0) throw new SymphonyError('failed', `${path} became shorter while it was copied.`);
}
