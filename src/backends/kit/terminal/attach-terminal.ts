import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Streams } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { handTerminalOver } from './hand-over-terminal.ts';
import { encodeTerminalMessage, type TerminalMessage, terminalSocket } from './terminal-protocol.ts';
import { TerminalProxy } from './terminal-proxy.ts';

/**
 * Connects a terminal on this machine with that of a run, until the user presses the detach key, the signal aborts or
 * the process ends. Then restores the user's terminal.
 * @throws SymphonyError `failed` if the run's terminal cannot be reached or the connection to it breaks
 */
export async function attachTerminal(
  runPath: string,
  { streams, signal }: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
): Promise<'detached' | 'ended'> {
  throwIfAborted(signal);
  const socket = await openSocket(terminalSocket(runPath));
  const screen = new TerminalProxy(streams.stdout);
  const send = (message: TerminalMessage) => socket.write(encodeTerminalMessage(message));
  const session = {
    result: pipeline(socket, screen),
    write: (keys: Uint8Array) => send({ kind: 'input', data: Buffer.from(keys) }),
    resize: (columns: number, rows: number) => send({ kind: 'resize', columns, rows }),
    close: () => socket.destroy(),
  };
  try {
    const { isDetached } = await handTerminalOver(session, streams, { isDetachable: true, screen, signal });
    return isDetached ? 'detached' : 'ended';
  } catch (error) {
    throw connectionError(error as Error);
  } finally {
    socket.destroy();
  }
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
