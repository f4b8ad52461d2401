import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface LocalEntry {
  readonly path: string;
  /** In what is copied, which has a name itself. */
  readonly name: string;
  readonly stats: Stats;
}

/** A folder and all that is in it; what is neither folder, file nor link is left out. */
export async function* localEntries(path: string, name: string): AsyncGenerator<LocalEntry> {
  yield { path, name, stats: await lstat(path) };
  for (const child of await readdir(path, { withFileTypes: true })) {
    const entry = { path: join(path, child.name), name: `${name}/${child.name}` };
    if (child.isDirectory()) yield* localEntries(entry.path, entry.name);
    else if (child.isFile() || child.isSymbolicLink()) yield { ...entry, stats: await lstat(entry.path) };
  }
}
