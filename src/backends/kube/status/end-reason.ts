import type { TerminatedState } from './pod-json.ts';

/** Common signals by number; Kubernetes reports the number, or 128 plus the number as the exit code. */
const signals: Readonly<Record<number, string>> = {
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

/** The signal that ended the container, if Kubernetes reports it. */
export function endSignal({ signal }: Pick<TerminatedState, 'signal'>): string | undefined {
  return signal === undefined || signal === 0 ? undefined : (signals[signal] ?? `signal ${signal}`);
}

/** Describes how a container ended. @param memoryLimit the memory limit in the pod's spec */
export function endReason(ended: TerminatedState, memoryLimit?: string): string {
  const code = `exit code ${ended.exitCode}`;
  switch (ended.reason) {
    case 'OOMKilled':
      return `out of memory: killed ${memoryLimit === undefined ? 'by its node' : `at its limit of ${memoryLimit}`} (${code})`;
    case 'StartError':
    case 'ContainerCannotRun':
      return `cannot be started: ${startError(ended.message ?? code)}`;
    case 'DeadlineExceeded':
      return `ended because its deadline passed (${code})`;
    case 'ContainerStatusUnknown':
      return 'its node cannot tell how it ended';
  }
  const signal = endSignal(ended) ?? signals[ended.exitCode - 128];
  if (signal === undefined || ended.exitCode <= 128) return code;
  return `${code}, as after ${signal}`;
}

/** The message of the innermost program, without the prefixes of the programs that passed it on. */
function startError(message: string): string {
  const [line = ''] = message.trim().split('\n');
  const found = /exec: "?.*$/.exec(line)?.[0] ?? /chdir to cwd .*$/.exec(line)?.[0] ?? line;
  return found.replace(/: unknown$/, '').slice(0, 400);
}
