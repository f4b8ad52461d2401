import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ActionOptions } from '../../../engine/capabilities.ts';
import { SymphonyError } from '../../../engine/errors.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../inside/container.ts';
import { execInContainer } from '../inside/kube-exec.ts';

export interface ContainerPlace {
  readonly client: KubeClient;
  readonly container: ContainerName;
}

/** What a script in a container said it ended for; more than any of them uses by itself. */
export const noTar = 90;
export const noSource = 91;

/**
 * Runs a script in a container with what it reads and with somebody who takes what it writes. Resolves with its exit
 * code and its complaints; whoever takes the output has then had all of it.
 */
export async function runScript(
  { client, container }: ContainerPlace,
  script: string,
  args: readonly string[],
  options: {
    readonly input: NodeJS.ReadableStream;
    readonly take: (output: PassThrough) => Promise<void>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<{ readonly exitCode: number; readonly complaints: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const running = execInContainer(client, container, ['/bin/sh', '-c', script, 'sh', ...args], {
    streams: { stdin: options.input, stdout, stderr },
    signal: options.signal,
  });
  const ending = running.then(
    () => stdout.end(),
    (error) => stdout.destroy(error),
  );
  const [{ exitCode }, complaints] = await Promise.all([
    running.finally(() => stderr.end()),
    text(stderr),
    options.take(stdout).catch((error) => {
      if (!stdout.readableEnded) stdout.resume();
      throw error;
    }),
    ending,
  ]);
  return { exitCode, complaints: complaints.trim() };
}

export function copyFailure(
  what: string,
  { exitCode, complaints }: { exitCode: number; complaints: string },
): SymphonyError {
  if (exitCode === noSource) return new SymphonyError('not-found', `There is no ${what} in the container.`);
  return new SymphonyError(
    'failed',
    `${what} cannot be copied: ${complaints || `the copying command ended with code ${exitCode}`}.`,
  );
}

/** Tells how far a copy has come, at most some times a second. */
export function copyProgress({ onProgress }: ActionOptions, message: string, total?: number): (bytes: number) => void {
  let done = 0;
  let told = 0;
  return (bytes) => {
    done += bytes;
    const now = performance.now();
    if (onProgress === undefined || (now - told < 200 && done !== total)) return;
    told = now;
    onProgress({ message, done, ...(total !== undefined && { total }) });
  };
}
