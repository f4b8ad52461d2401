import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from './atomic-file.ts';
import { symphonyPaths } from './paths.ts';

/** The experiment that commands on this backend mean when they name none, or null. It may not exist any more. */
export async function readCurrentExperiment(backend: string): Promise<string | null> {
  try {
    // At once: the first read of node:fs/promises alone would take 2 ms of each command.
    return readFileSync(currentFile(backend), 'utf8').trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Makes it the current one; null for none. Writers at the same time leave the choice of one of them. */
export async function writeCurrentExperiment(backend: string, name: string | null): Promise<void> {
  const file = currentFile(backend);
  if (name === null) return rm(file, { force: true });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, `${name}\n`);
}

/** One file for each backend, so that no writer needs to read what the others wrote. */
function currentFile(backend: string): string {
  return join(symphonyPaths().state, 'current', `${encodeURIComponent(backend)}.txt`);
}
