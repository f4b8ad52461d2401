import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withHistoryLock } from './archive.ts';
import { historyFolder, isUnfinished } from './history-folder.ts';
import { type HistoryLimits, isHistoryOff } from './history-limits.ts';
import { entriesToPrune } from './prune-policy.ts';
import { readEntries } from './read-entries.ts';

/** Time after which an unfinished entry belongs to a writer that has died: none takes so long. */
const abandonedMilliseconds = 60 * 60 * 1000;

/**
 * Removes entries. Each disappears from the list at once, before its files are removed. A reader of its logs keeps what
 * it has open.
 */
export async function removeEntries(names: readonly string[]): Promise<void> {
  const root = historyFolder();
  const doomed = await withHistoryLock(async () => {
    const paths: string[] = [];
    for (const name of names) {
      const path = join(root, `.${name}-${crypto.randomUUID()}.partial`);
      try {
        await rename(join(root, name), path);
        paths.push(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    return paths;
  });
  for (const path of doomed) await rm(path, { recursive: true, force: true });
}

/**
 * Keeps the history within its limits. The newest entry stays, also if it alone is larger than the
 * total. Never fails: the next deletion tries again.
 */
export async function pruneByLimits(limits: HistoryLimits): Promise<void> {
  try {
    if (isHistoryOff(limits)) return;
    const entries = await readEntries(historyFolder());
    const doomed = entriesToPrune(entries, { ...limits, keepNewest: true }, Date.now());
    if (doomed.length > 0) await removeEntries(doomed);
    await removeAbandoned();
  } catch {
    // What a deletion was asked for is done; a history that is too large for a while does no harm.
  }
}

async function removeAbandoned(): Promise<void> {
  const root = historyFolder();
  for (const name of await readdir(root)) {
    if (!isUnfinished(name)) continue;
    const path = join(root, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > abandonedMilliseconds)
      await rm(path, { recursive: true, force: true });
  }
}
