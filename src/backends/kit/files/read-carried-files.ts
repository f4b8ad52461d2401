import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { type CarriedFile, type CarryLimit, filesKey, normalPath, tooLarge } from './carried-file.ts';

/**
 * Reads the `files` of every process from this machine, each set once. Links are followed.
 * @returns by process, named as in `formatProcess`
 * @throws SymphonyError `invalid-spec` with the path of an entry that is missing, neither file nor folder, or too large
 */
export async function readCarriedFiles(
  experiment: ResolvedExperiment,
  limit: CarryLimit,
): Promise<ReadonlyMap<string, readonly CarriedFile[]>> {
  const sets = new Map<string, Promise<readonly CarriedFile[]>>();
  const result = new Map<string, readonly CarriedFile[]>();
  for (const resolvedProcess of experiment.processes) {
    if (resolvedProcess.files.length === 0) continue;
    const key = filesKey(resolvedProcess);
    const { startDir, files, path } = resolvedProcess;
    const set = sets.get(key) ?? readSet(startDir, files, `files of ${path}`, limit);
    sets.set(key, set);
    result.set(formatProcess(resolvedProcess), await set);
  }
  return result;
}

async function readSet(
  startDir: string,
  files: readonly string[],
  place: string,
  limit: CarryLimit,
): Promise<readonly CarriedFile[]> {
  const found = new Map<string, CarriedFile>();
  let total = 0;

  async function read(path: string, above: readonly string[]): Promise<void> {
    const full = join(startDir, path);
    try {
      const info = await stat(full);
      if (info.isDirectory()) {
        const identity = `${info.dev}:${info.ino}`;
        if (above.includes(identity)) throw refused(place, full, 'is a link to a folder that it is in');
        for (const name of (await readdir(full)).sort()) await read(posix.join(path, name), [...above, identity]);
      } else if (info.isFile()) {
        total += found.has(path) ? 0 : info.size;
        if (total > limit.bytes) throw tooLarge(place, total, limit);
        found.set(path, { path, content: await readFile(full), mode: info.mode & 0o777 });
      } else {
        throw refused(place, full, 'is neither a file nor a folder');
      }
    } catch (error) {
      if (error instanceof SymphonyError) throw error;
      throw refused(
        place,
        full,
        (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read',
      );
    }
  }

  for (const file of files) await read(normalPath(file), []);
  return [...found.values()];
}

function refused(place: string, path: string, why: string): SymphonyError {
  return new SymphonyError('invalid-spec', `${place}: ${path} ${why}.`);
}
