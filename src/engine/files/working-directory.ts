import { isAbsolute, resolve } from 'node:path';
import { SymphonyError } from '../contract/errors.ts';

/** The working directory; undefined if it was deleted meanwhile. */
export function findWorkingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/**
 * The absolute form of a path.
 * @param folder The base of a relative path; the working directory by default
 * @throws SymphonyError `failed` for a relative path whose working directory was deleted
 */
export function absolutePath(path: string, folder: string | undefined = findWorkingDirectory()): string {
  if (isAbsolute(path)) return resolve(path);
  if (folder !== undefined) return resolve(folder, path);
  throw new SymphonyError('failed', `${path} cannot be found: the working directory no longer exists.`, {
    hint: 'Change to a folder that exists, or give an absolute path.',
  });
}
