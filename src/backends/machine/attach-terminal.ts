import { connect } from 'node:net';
import type { Streams } from '../../engine/capabilities.ts';
import { SymphonyError } from '../../engine/errors.ts';
import { encodeTerminalMessage, terminalSocket } from './terminal-protocol.ts';

export const detachHint = 'ctrl-]';
const detachByte = 0x1d;

/** Joins a terminal on this machine with the one of a run, until the detach key is pressed or the process ends. */
export function attachTerminal(
  runPath: string,
  options: { readonly streams: Streams; readonly signal?: AbortSignal },
): Promise<'detached' | 'ended'> {
  const { signal } = options;
  const stdin = options.streams.stdin as NodeJS.ReadStream;
  const stdout = options.streams.stdout as NodeJS.WriteStream;
  return new Promise((resolve, reject) => {
    const socket = connect(terminalSocket(runPath));
    let result: 'detached' | 'ended' = 'ended';
    const detach = () => {
      result = 'detached';
      socket.destroy();
    };
    const resize = () => {
      if (stdout.isTTY)
        socket.write(encodeTerminalMessage({ kind: 'resize', columns: stdout.columns, rows: stdout.rows }));
    };
    // Whoever had the terminal before may have set an encoding on its stream, which cannot be taken back.
    const onInput = (data: Buffer | string) => {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
      const end = bytes.indexOf(detachByte);
      const keys = end < 0 ? bytes : bytes.subarray(0, end);
      if (keys.length > 0) socket.write(encodeTerminalMessage({ kind: 'input', data: keys }));
      if (end >= 0) detach();
    };
    socket.once('connect', () => {
      if (stdin.isTTY) stdin.setRawMode(true);
      stdin.on('data', onInput);
      stdin.resume();
      stdout.on('resize', resize);
      signal?.addEventListener('abort', detach, { once: true });
      resize();
    });
    socket.on('data', (bytes: Buffer) => stdout.write(bytes));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ECONNREFUSED') return;
      reject(new SymphonyError('failed', 'The process’s terminal does not answer: its holder is gone.'));
    });
    socket.once('close', () => {
      stdin.off('data', onInput);
      stdin.pause();
      if (stdin.isTTY) stdin.setRawMode(false);
      stdout.off('resize', resize);
      signal?.removeEventListener('abort', detach);
      resolve(result);
    });
  });
}
