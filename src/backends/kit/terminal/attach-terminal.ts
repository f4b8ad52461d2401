import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Streams } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { encodeTerminalMessage, type TerminalMessage, terminalSocket } from './terminal-protocol.ts';
import { TerminalProxy } from './terminal-proxy.ts';
import { refreshSize } from './terminal-size.ts';

export const detachHint = 'ctrl-]';
const detachByte = 0x1d;

/**
 * Connects a terminal on this machine with that of a run, until the user presses the detach key, the signal aborts or
 * the process ends. Then restores the user's terminal.
 * @throws SymphonyError `failed` if the run's terminal cannot be reached or the connection to it breaks
 */
export async function attachTerminal(
  runPath: string,
  { streams, signal }: { readonly streams: Streams; readonly signal?: AbortSignal },
): Promise<'detached' | 'ended'> {
  throwIfAborted(signal);
  const socket = await openSocket(terminalSocket(runPath));
  const stdin = streams.stdin as NodeJS.ReadStream;
  const stdout = streams.stdout as NodeJS.WriteStream;
  const proxy = new TerminalProxy(stdout);
  let isDetached = false;
  const send = (message: TerminalMessage) => socket.write(encodeTerminalMessage(message));
  const detach = () => {
    isDetached = true;
    socket.destroy();
  };
  const sendSize = () => {
    if (stdout.isTTY) send({ kind: 'resize', columns: stdout.columns, rows: stdout.rows });
  };
  // An earlier reader may have set an encoding on the stream, which cannot be undone.
  const onInput = (data: Buffer | string) => {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    const end = bytes.indexOf(detachByte);
    const keys = end < 0 ? bytes : bytes.subarray(0, end);
    // The program must know the screen size at which these keys were typed.
    refreshSize(stdout);
    if (keys.length > 0) send({ kind: 'input', data: keys });
    if (end >= 0) detach();
  };
  const wasRaw = stdin.isRaw;
  // A closed terminal counts as a detach. Changing the mode of a closed stdin also emits an error.
  stdin.on('error', detach);
  stdout.on('error', detach).on('close', detach).on('resize', sendSize);
  signal?.addEventListener('abort', detach, { once: true });
  try {
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on('data', onInput).resume();
    if (signal?.aborted) detach();
    else sendSize();
    await pipeline(socket, proxy);
  } catch (error) {
    if (!isDetached) throw connectionError(error as Error);
  } finally {
    signal?.removeEventListener('abort', detach);
    stdin.off('data', onInput).pause();
    proxy.restore();
    if (stdin.isTTY) stdin.setRawMode(wasRaw);
    stdout.off('resize', sendSize).off('close', detach).off('error', detach);
    stdin.off('error', detach);
    socket.destroy();
  }
  return isDetached ? 'detached' : 'ended';
}

/** @throws SymphonyError `failed` */
async function openSocket(path: string): Promise<Socket> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (error) {
    throw connectionError(error as Error);
  }
  return socket;
}

function connectionError(error: NodeJS.ErrnoException): SymphonyError {
  const isGone = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
  const why = isGone ? 'its holder is gone' : error.message;
  return new SymphonyError('failed', `The process’s terminal does not answer: ${why}.`, { cause: error });
}
