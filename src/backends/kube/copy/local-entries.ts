import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface LocalEntry {
  readonly path: string;
  /** In what is copied, which has a name itself. */
  readonly name: string;
  readonly stats: Stats;
}

/**
 * A folder and all that is in it.
 * @param onLeftOut Gets the path of what is neither folder, file nor link
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
