import { spawn } from 'node:child_process';
import type { CommandResult, Streams } from '../../engine/capabilities.ts';
import { interpretSignal } from './run-files.ts';

/** Runs a command with the environment and in the folder of a process, both from its launch file. */
export function execWithLaunchFile(
  launchFile: string,
  command: readonly string[],
  options: { readonly streams: Streams; readonly signal?: AbortSignal },
): Promise<CommandResult> {
  const { streams, signal } = options;
  const term = process.env.TERM;
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', [launchFile, 'exec', ...command], {
      env: streams.terminal && term !== undefined ? { TERM: term } : {},
      stdio: [
        streams.stdin === process.stdin ? 'inherit' : 'pipe',
        streams.stdout === process.stdout ? 'inherit' : 'pipe',
        streams.stderr === process.stderr ? 'inherit' : 'pipe',
      ],
    });
    const onAbort = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', onAbort, { once: true });
    if (child.stdin !== null) {
      // A command that does not read its input to the end has not failed for that.
      child.stdin.on('error', () => undefined);
      streams.stdin.pipe(child.stdin);
    }
    child.stdout?.pipe(streams.stdout, { end: false });
    child.stderr?.pipe(streams.stderr, { end: false });
    child.once('error', reject);
    child.once('close', (code, killer) => {
      signal?.removeEventListener('abort', onAbort);
      if (child.stdin !== null) streams.stdin.unpipe(child.stdin);
      resolve(killer === null ? { exitCode: code ?? 0 } : interpretSignal(killer));
    });
    if (signal?.aborted) onAbort();
  });
}
