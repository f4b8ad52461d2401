import { spawn } from 'node:child_process';
import type { Streams } from '../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../engine/contract/errors.ts';
import type { Pane } from './server/panes.ts';
import { tmuxEnvironment } from './server/tmux-environment.ts';
import type { TmuxServer } from './server/tmux-server.ts';
import { sessionOptions } from './window-commands.ts';

export const detachHint = 'ctrl-] (or ctrl-b d)';

/**
 * Hands the terminal over to tmux, in a session of its own, so that several users attached to one experiment can each
 * choose their window. Resolves when the user detaches, or when the session has ended.
 */
export function attachWindow(
  server: TmuxServer,
  pane: Pane,
  options: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { streams, signal } = options;
  throwIfAborted(signal);
  const commands = [
    ['new-session', '-t', `=${pane.sessionName}`],
    ['set-option', 'destroy-unattached', 'on'],
    ...sessionOptions(pane.sessionMark).map(([name, value]) => ['set-option', name, value]),
    ['select-window', '-t', `:${pane.window}`],
    ['select-pane', '-t', pane.pane],
  ];
  const args = commands.flatMap((command, index) => (index === 0 ? command : [';', ...command]));
  const { TERM = 'xterm', COLORTERM } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(server.program, [...server.arguments, ...args], {
      cwd: '/',
      env: { ...tmuxEnvironment(), TERM, ...(COLORTERM === undefined ? {} : { COLORTERM }) },
      stdio: [toStdio(streams.stdin), toStdio(streams.stdout), 'pipe'],
    });
    let errorOutput = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errorOutput += text;
    });
    // On SIGTERM, tmux restores the terminal before it exits.
    const onAbort = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', onAbort, { once: true });
    child.once('error', (error) =>
      reject(new SymphonyError('failed', `tmux cannot attach: ${error.message}.`, { cause: error })),
    );
    child.once('close', (code) => {
      signal?.removeEventListener('abort', onAbort);
      if (code === 0 || signal?.aborted) resolve();
      else reject(new SymphonyError('failed', `tmux cannot attach: ${errorOutput.trim() || `exit code ${code}`}.`));
    });
  });
}

function toStdio(stream: NodeJS.ReadableStream | NodeJS.WritableStream): number | 'inherit' {
  if (stream === process.stdin || stream === process.stdout) return 'inherit';
  const { fd } = stream as { fd?: number };
  if (typeof fd === 'number') return fd;
  throw new SymphonyError('cannot-ask', 'There is no terminal here to hand over to tmux.');
}
