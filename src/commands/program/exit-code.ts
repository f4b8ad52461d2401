import type { ErrorCode } from '../../engine/contract/errors.ts';

const exitCodes: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  'invalid-spec': 2,
  'cannot-ask': 2,
  ambiguous: 2,
  'not-found': 3,
  'backend-unavailable': 4,
  interrupted: 130,
  conflict: 1,
  unsupported: 1,
  timeout: 1,
  failed: 1,
};

/** The exit code of a command that fails with this error. */
export function exitCodeOf(code: ErrorCode): number {
  return exitCodes[code];
}

/** The exit code of a command that fails to run another one, distinct from the usual exit codes of the other. */
export const ownFailure = 125;

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

/** A finished command's exit code as a shell reports it: 128 plus the number for a signal. */
export function shellExitCode(result: { readonly exitCode: number; readonly signal?: string }): number {
  const number = result.signal === undefined ? undefined : signalNumbers[result.signal];
  return number === undefined ? result.exitCode : 128 + number;
}
