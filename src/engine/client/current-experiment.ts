import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SymphonyError } from '../contract/errors.ts';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { symphonyPaths } from '../files/paths.ts';
import { systemErrorText } from '../files/system-error.ts';

/**
 * The experiment that commands without a name act on, on this backend, or null. It may no longer exist.
 * @throws SymphonyError `failed` if the file exists and cannot be read
 */
export async function readCurrentExperiment(backend: string): Promise<string | null> {
  const file = currentFile(backend);
  try {
    // A synchronous read: the first read through node:fs/promises alone would cost each command 2 ms.
    return readFileSync(file, 'utf8').trim() || null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw fileError('read', file, error as NodeJS.ErrnoException);
  }
}

/**
 * Makes an experiment the current one; null for none. Of concurrent writers, one wins.
 * @throws SymphonyError `failed` if the file cannot be written
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

/** One file for each backend, so that writers need not read and merge. */
function currentFile(backend: string): string {
  return join(symphonyPaths().state, 'current', `${encodeURIComponent(backend)}.txt`);
}
