import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from './atomic-file.ts';
import { SymphonyError } from './errors.ts';
import { symphonyPaths } from './paths.ts';
import { systemErrorText } from './system-error.ts';

/**
 * The experiment that commands on this backend mean when they name none, or null. It may not exist any more.
 * @throws SymphonyError `failed` if the file is there and cannot be read
 */
export async function readCurrentExperiment(backend: string): Promise<string | null> {
  const file = currentFile(backend);
  try {
    // At once: the first read of node:fs/promises alone would take 2 ms of each command.
    return readFileSync(file, 'utf8').trim() || null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw fileError('read', file, error as NodeJS.ErrnoException);
  }
}

/**
 * Makes it the current one; null for none. Writers at the same time leave the choice of one of them.
 * @throws SymphonyError `failed` if it cannot be kept
 */
export async function writeCurrentExperiment(backend: string, name: string | null): Promise<void> {
  const file = currentFile(backend);
  try {
    if (name === null) return await rm(file, { force: true });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(file, `${name}\n`);
  } catch (error) {
    throw fileError('written', file, error as NodeJS.ErrnoException);
  }
}

function fileError(what: 'read' | 'written', file: string, error: NodeJS.ErrnoException): SymphonyError {
  const why = systemErrorText(error);
  return new SymphonyError('failed', `The current experiment cannot be ${what} (${file}): ${why}.`, { cause: error });
}

/** One file for each backend, so that no writer needs to read what the others wrote. */
function currentFile(backend: string): string {
  return join(symphonyPaths().state, 'current', `${encodeURIComponent(backend)}.txt`);
}
