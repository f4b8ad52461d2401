import { type ChildProcess, spawn } from 'node:child_process';
import type { CommandResult, Streams } from '../../../../engine/contract/capabilities.ts';
import { abortError, SymphonyError, throwIfAborted } from '../../../../engine/contract/errors.ts';
import { systemErrorText } from '../../../../engine/files/system-error.ts';
import { interpretSignal } from '../runs/run-files.ts';

/** An aborted command that ignores SIGTERM is killed after this time. */
const killMilliseconds = 2_000;

/**
 * Runs a command with the environment and in the folder of a process, both taken from its launch file.
 * @throws SymphonyError `interrupted` once the signal has aborted and the command has ended with everything it started,
 *   `failed` if the system does not start it
 */
export async function execOnHost(
  launchFile: string,
  command: readonly string[],
  options: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
): Promise<CommandResult> {
  const { streams, signal } = options;
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    const child = startCommand([launchFile, 'exec', ...command], streams);
    let killing: NodeJS.Timeout | undefined;
    const end = (killer: NodeJS.Signals) => {
      if (child.pid !== undefined) endGroup(streams.terminal ? child.pid : -child.pid, killer);
    };
    const onAbort = () => {
      end('SIGTERM');
      killing = setTimeout(() => end('SIGKILL'), killMilliseconds);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (child.stdin !== null) {
      // A command may end without reading all its input; that is not an error.
      child.stdin.on('error', () => undefined);
      streams.stdin.pipe(child.stdin);
    }
    child.stdout?.pipe(streams.stdout, { end: false });
    child.stderr?.pipe(streams.stderr, { end: false });
    child.once('error', (error) => reject(cannotRun(error)));
    child.once('close', (code, killer) => {
      clearTimeout(killing);
      signal?.removeEventListener('abort', onAbort);
      if (child.stdin !== null) streams.stdin.unpipe(child.stdin);
      if (signal?.aborted) reject(abortError(signal));
      else resolve(killer === null ? { exitCode: code ?? 0 } : interpretSignal(killer));
    });
  });
}

/** @throws SymphonyError `failed` for errors that the system reports at once, such as too long arguments */
function startCommand(argv: readonly string[], streams: Streams): ChildProcess {
  const term = process.env.TERM;
  try {
    return spawn('/bin/sh', argv, {
      // The launch file changes to the process's folder itself; a shell started in a deleted folder prints an error.
      cwd: '/',
      env: streams.terminal && term !== undefined ? { TERM: term } : {},
      stdio: [
        streams.stdin === process.stdin ? 'inherit' : 'pipe',
        streams.stdout === process.stdout ? 'inherit' : 'pipe',
        streams.stderr === process.stderr ? 'inherit' : 'pipe',
      ],
      // A separate process group can be ended as a whole. On a terminal, the command must stay in the foreground group.
      detached: !streams.terminal,
    });
  } catch (error) {
    throw cannotRun(error as NodeJS.ErrnoException);
  }
}

function cannotRun(error: NodeJS.ErrnoException): SymphonyError {
  return new SymphonyError('failed', `The command cannot be run: ${systemErrorText(error)}.`, { cause: error });
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
