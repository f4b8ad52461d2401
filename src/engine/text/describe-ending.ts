import type { RunStatus } from '../contract/status.ts';

/** How a run ended, as far as it is known. */
export type Ending = Pick<RunStatus, 'exitCode' | 'signal' | 'reason'>;

/** The common signals of Linux by number; a shell reports one as 128 plus the number. */
export const signalNames: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  11: 'SIGSEGV',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

/**
 * How a run ended, in words: its reason, else `exit code 3`, `killed by SIGKILL (exit code 137)`. An exit code that may
 * stand for a signal is said as such.
 */
export function describeEnding({ exitCode, signal, reason }: Ending): string {
  if (reason !== undefined) return reason;
  const code = exitCode === undefined ? '' : ` (exit code ${exitCode})`;
  if (signal === 'SIGKILL') return `killed by SIGKILL${code}`;
  if (signal !== undefined) return `ended by ${signal}${code}`;
  if (exitCode === undefined) return 'ended, exit status unknown';
  if (exitCode === 127) return 'exit code 127: the command or a program that it needs was not found';
  if (exitCode === 126) return 'exit code 126: cannot be executed';
  const like = signalNames[exitCode - 128];
  return like === undefined ? `exit code ${exitCode}` : `exit code ${exitCode}, as after ${like}`;
}

/** The same with the exit code or the signal after a reason that names neither; empty if nothing is known. */
export function formatEnd(ending: Ending): string {
  const { exitCode, signal, reason } = ending;
  const fact = signal ?? (exitCode === undefined ? undefined : `exit code ${exitCode}`);
  if (reason === undefined) return fact === undefined ? '' : describeEnding(ending);
  return fact === undefined || reason.includes(signal ?? String(exitCode)) ? reason : `${reason} (${fact})`;
}
