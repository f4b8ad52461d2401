import type { Variables } from './interpolate.ts';

/** The tools whose files can be imported. */
export const importKinds = ['procfile', 'compose', 'process-compose'] as const;
export type ImportKind = (typeof importKinds)[number];

/** A file to import, with what belongs to it. */
export interface ImportSource {
  /** Its name without folders. */
  readonly name: string;
  readonly text: string;
  /** Its folder, absolute. */
  readonly folder: string;
  /** From the folder of the declaration to that of the file: empty if they are the same, else such as `../app`. */
  readonly fromTarget: string;
  /** The variables of the environment. */
  readonly variables: Variables;
  /** Reads another file that it names, relative to its folder; undefined if it cannot be read. */
  readFile(path: string): string | undefined;
}

/** A path of the file as one of the declaration. */
export function rebase({ fromTarget }: ImportSource, path: string): string {
  if (fromTarget === '' || /^[/~]/.test(path)) return path;
  const rest = path.replace(/^(\.\/+)+/, '').replace(/^\.$/, '');
  return rest === '' ? fromTarget : `${fromTarget}/${rest}`;
}
