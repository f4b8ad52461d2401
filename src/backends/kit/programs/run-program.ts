import { SymphonyError } from '../../../engine/contract/errors.ts';
import { collectProgram, type ProgramEnd, type ProgramOptions } from './collect-program.ts';

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a short program that a backend depends on, as `tmux list-panes`, and returns how it exited; 1 stands for a signal.
 * @throws SymphonyError `backend-unavailable` if it cannot be run, writes too much, or does not end in time; then it is
 *   killed with everything it started
 */
export async function runProgram(
  path: string,
  args: readonly string[],
  options: Omit<ProgramOptions, 'cwd' | 'signal'>,
): Promise<ProgramResult> {
  let end: ProgramEnd;
  try {
    end = await collectProgram(path, args, { ...options, cwd: '/', input: options.input ?? '' });
  } catch (error) {
    throw unavailable(`${path} cannot be run: ${(error as Error).message}.`, undefined, error);
  }
  const hint = 'End the process that blocks it, or use another backend.';
  if (end.how === 'timeout') throw unavailable(`${path} did not answer within ${options.seconds} s.`, hint);
  if (end.how === 'overflow') throw unavailable(`${path} wrote more than can be read.`);
  return { exitCode: end.exitCode ?? 1, stdout: end.stdout, stderr: end.stderr };
}

function unavailable(message: string, hint?: string, cause?: unknown): SymphonyError {
  return new SymphonyError('backend-unavailable', message, { hint, cause });
}
