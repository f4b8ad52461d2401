import { PassThrough, Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import { execInContainer } from '../../../../src/backends/kube/exec/kube-exec.ts';

export const container = { namespace: 'rl', pod: 'learner', container: 'learner' };

export interface RunOptions {
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command and collects what it writes. */
export async function run(client: KubeClient, command: readonly string[], options: RunOptions = {}) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const streams = { stdin: options.stdin ?? Readable.from([]), stdout: options.stdout ?? stdout, stderr };
  const running = execInContainer(client, container, command, { streams, signal: options.signal }).finally(() => {
    stdout.end();
    stderr.end();
  });
  const [{ exitCode }, out, err] = await Promise.all([running, buffer(stdout), buffer(stderr)]);
  return { exitCode, stdout: out.toString(), stderr: err.toString() };
}

/** `sh -c` */
export function sh(script: string, ...args: readonly string[]): string[] {
  return ['sh', '-c', script, 'sh', ...args];
}
