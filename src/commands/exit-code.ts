import type { ErrorCode } from '../engine/errors.ts';

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

/** What a command that fails so exits with. */
export function exitCodeOf(code: ErrorCode): number {
  return exitCodes[code];
}

/** What a command that runs another one exits with if it fails itself: no code of the other is mistaken for it. */
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

/** A finished command's exit code as a shell would give it: 128 and more for a signal. */
export function shellExitCode(result: { readonly exitCode: number; readonly signal?: string }): number {
  const number = result.signal === undefined ? undefined : signalNumbers[result.signal];
  return number === undefined ? result.exitCode : 128 + number;
}
