import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

export type FoundExecutable =
  | { readonly kind: 'found'; readonly path: string }
  /** Files of that name exist and none can be executed. */
  | { readonly kind: 'refused'; readonly path: string; readonly why: 'not a file' | 'not executable' }
  | { readonly kind: 'missing'; readonly path: string };

/**
 * Finds the file that a shell would execute for this name: on the PATH, or the file itself if the name contains a slash.
 * @param folder the working directory, the base of relative paths and of relative folders of the PATH; without it,
 *   relative folders of the PATH are left out
 */
export function findExecutable(name: string, searchPath: string, folder?: string): FoundExecutable {
  const candidates = name.includes('/')
    ? [isAbsolute(name) ? name : resolve(folder ?? '', name)]
    : foldersOf(searchPath, folder).map((path) => join(path, name));
  let refused: FoundExecutable | undefined;
  for (const path of candidates) {
    try {
      if (!statSync(path).isFile()) {
        refused ??= { kind: 'refused', path, why: 'not a file' };
        continue;
      }
      accessSync(path, constants.X_OK);
      return { kind: 'found', path };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES')
        refused ??= { kind: 'refused', path, why: 'not executable' };
    }
  }
  return refused ?? { kind: 'missing', path: candidates[0] ?? name };
}

/** The folders of a PATH, in order. An empty one stands for the working directory. */
function foldersOf(searchPath: string, folder: string | undefined): string[] {
  const folders = searchPath.split(delimiter);
  return folder === undefined ? folders.filter(isAbsolute) : folders.map((path) => resolve(folder, path));
}
