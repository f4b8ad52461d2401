import { posix } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';

/** A file of the program that is carried into the working directory of a container. */
export interface CarriedFile {
  /** Relative to `startDir`, separated by `/`. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** How much a backend carries for one process. */
export interface CarryLimit {
  readonly bytes: number;
  /** What to do with larger files, in one sentence. */
  readonly hint: string;
}

/** Processes with the same key share one set of files. */
export function filesKey({ startDir, files }: Pick<ResolvedProcess, 'startDir' | 'files'>): string {
  return JSON.stringify([startDir, ...files]);
}

/** The path of an entry of `files`, as its `CarriedFile` has it. */
export function normalPath(file: string): string {
  return posix.normalize(file).replace(/\/+$/, '');
}

/** The permission bits of a file in the container: anyone can read it, and execute it if it is executable here. */
export function carriedMode({ mode }: Pick<CarriedFile, 'mode'>): number {
  return (mode & 0o111) === 0 ? 0o644 : 0o755;
}

/** Placeholders for a plan, which reads no files: one for each entry of `files`, be it a file or a folder. */
export function placeholderFiles({ files }: Pick<ResolvedProcess, 'files'>): CarriedFile[] {
  return [...new Set(files.map(normalPath))].map((path) => ({
    path: path === '.' ? 'files' : path,
    content: Buffer.from(`<the content of ${path} at launch>`),
    mode: 0o644,
  }));
}

/** The error for files beyond the limit. @param place which files, as `files of processes.learner` */
export function tooLarge(place: string, bytes: number, limit: CarryLimit): SymphonyError {
  return new SymphonyError(
    'invalid-spec',
    `${place}: the files are ${bytes} bytes or more; ${limit.bytes} can be carried to a cluster.`,
    { hint: limit.hint },
  );
}
