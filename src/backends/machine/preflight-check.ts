import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { RunEnding } from './process-runtime.ts';

export interface PreflightSubject {
  readonly startDir: string;
  readonly command: string | readonly string[];
  readonly preamble: readonly string[];
  /** The PATH that the process will have. */
  readonly searchPath: string;
}

/**
 * Why a process cannot be started, found out before trying, because a shell tells less: undefined if nothing is in the
 * way. The exit codes are those a shell gives for the same.
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
  // What a preamble does, PATH included, shows only when it has run.
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
