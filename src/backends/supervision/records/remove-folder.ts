import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { listFolder } from './list-folder.ts';

/** The end of the name of a folder that is being removed, which begins with a dot. */
const removedSuffix = '.removed';

/**
 * Removes the folder of an experiment as one step: a supervisor that is killed meanwhile leaves nothing that looks like a
 * damaged experiment. `removeRemains` removes what it leaves.
 * @throws the system's error if the folder cannot be removed; what is left of it then has its name again
 */
export async function removeExperimentFolder(path: string): Promise<void> {
  const hidden = join(dirname(path), `.${basename(path)}-${crypto.randomUUID()}${removedSuffix}`);
  try {
    await rename(path, hidden);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    await rm(hidden, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  } catch (error) {
    await rename(hidden, path).catch(() => undefined);
    throw error;
  }
}

/** Removes what interrupted removals have left in the folder of a backend. Never fails: the next supervisor tries again. */
export async function removeRemains(folder: string): Promise<void> {
  const remains = listFolder(folder).filter((name) => name.startsWith('.') && name.endsWith(removedSuffix));
  for (const name of remains) await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}
