import { accessSync, constants, statSync } from 'node:fs';
import type { RunEnding } from '../../../../engine/rules/process-runtime.ts';
import { findExecutable } from '../../../kit/programs/find-executable.ts';

export interface PreflightSubject {
  readonly startDir: string;
  /** The argv of the shell, without `-c`. */
  readonly shell: readonly string[];
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
  // A preamble may change anything, PATH included, so only its shell can be checked.
  const usesShell = typeof subject.command === 'string' || subject.preamble.length > 0;
  if (usesShell) return checkExecutable(subject.shell[0] ?? '', subject.startDir, subject.searchPath);
  return checkExecutable(subject.command[0] ?? '', subject.startDir, subject.searchPath);
}

function checkExecutable(program: string, startDir: string, searchPath: string): Omit<RunEnding, 'time'> | undefined {
  const found = findExecutable(program, searchPath, startDir);
  if (found.kind === 'found') return undefined;
  if (found.kind === 'refused') return cannot(126, `${found.path} is ${found.why}`);
  const isPath = program.includes('/');
  return cannot(
    127,
    isPath ? `there is no ${found.path}` : `there is no command ${JSON.stringify(program)} on its PATH`,
  );
}

function cannot(exitCode: number, why: string): Omit<RunEnding, 'time'> {
  return { exitCode, reason: `cannot be started: ${why}` };
}
