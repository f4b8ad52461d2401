import { describeEnding, signalNames } from '../../../engine/text/describe-ending.ts';
import type { TerminatedState } from './pod-json.ts';

/** The signal that ended the container, if Kubernetes reports it. */
export function endSignal({ signal }: Pick<TerminatedState, 'signal'>): string | undefined {
  return signal === undefined || signal === 0 ? undefined : (signalNames[signal] ?? `signal ${signal}`);
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
  const signal = endSignal(ended);
  return describeEnding({ exitCode: ended.exitCode, ...(signal && { signal }) });
}

/** The message of the innermost program, without the prefixes of the programs that passed it on. */
function startError(message: string): string {
  const [line = ''] = message.trim().split('\n');
  const found = /exec: "?.*$/.exec(line)?.[0] ?? /chdir to cwd .*$/.exec(line)?.[0] ?? line;
  return found.replace(/: unknown$/, '').slice(0, 400);
}
