import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { RunEnding } from '../../../../engine/rules/process-runtime.ts';

export interface PreflightSubject {
  readonly startDir: string;
  readonly command: string | readonly string[];
  readonly preamble: readonly string[];
  /** The PATH that the process will get. */
  readonly searchPath: string;
}

/**
 * Checks before a start whether a process can be started, because the error of a shell says less.
 * @returns why it cannot be started, with the exit code that a shell gives for the same problem; undefined if nothing
 *   prevents the start
 */
export function preflightCheck(subject: PreflightSubject): Omit<RunEnding, 'time'> | undefined {
  try {
    if (!statSync(subject.startDir).isDirectory())
      return cannot(126, `its startDir ${subject.startDir} is not a folder`);
    accessSync(subject.startDir, constants.X_OK);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return cannot(126, `its startDir ${subject.startDir} ${missing ? 'does not exist' : 'may not be entered'}`);
  }
  // A preamble may change anything, PATH included, so its effect cannot be predicted.
  if (typeof subject.command === 'string' || subject.preamble.length > 0) return undefined;
  return checkExecutable(subject.command[0] ?? '', subject.startDir, subject.searchPath);
}

function checkExecutable(program: string, startDir: string, searchPath: string): Omit<RunEnding, 'time'> | undefined {
  const candidates = program.includes('/')
    ? [isAbsolute(program) ? program : resolve(startDir, program)]
    : searchPath.split(delimiter).map((folder) => join(resolve(startDir, folder), program));
  let refused: string | undefined;
  for (const path of candidates) {
    try {
      if (!statSync(path).isFile()) {
        refused ??= `${path} is not a file`;
        continue;
      }
      accessSync(path, constants.X_OK);
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') refused ??= `${path} is not executable`;
    }
  }
  if (refused !== undefined) return cannot(126, refused);
  return cannot(
    127,
    program.includes('/')
      ? `there is no ${candidates[0]}`
      : `there is no command ${JSON.stringify(program)} on its PATH`,
  );
}

function cannot(exitCode: number, why: string): Omit<RunEnding, 'time'> {
  return { exitCode, reason: `cannot be started: ${why}` };
}
