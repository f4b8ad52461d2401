import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Visit } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, toSymphonyError } from '../../../engine/contract/errors.ts';
import { formatUrl } from '../../../engine/text/format-address.ts';

export interface LocalForwardOptions {
  /** The local port to listen on, if it is free. */
  readonly wantedPort?: number | undefined;
  /** Called with the reason when a connection could not be forwarded. */
  readonly onProblem?: ((message: string) => void) | undefined;
  /** Milliseconds without an answer after which a half-closed connection is closed; a minute by default. */
  readonly answerTimeout?: number | undefined;
}

export interface LocalForward {
  readonly port: number;
  /** Stops listening, and closes all connections. */
  close(): Promise<void>;
}

/**
 * Connects a paused socket to what is forwarded: resumes it, and resolves when the connection has ended. If it rejects, the
 * socket is destroyed.
 */
export type ForwardSocket = (socket: Socket, signal: AbortSignal) => Promise<void>;

/**
 * Listens on a local port and forwards each connection. One that cannot be forwarded is closed, and the next one may
 * succeed.
 * @throws SymphonyError `failed` if no port can be opened
 */
export async function forwardLocally(
  forward: ForwardSocket,
  { wantedPort = 0, onProblem, answerTimeout = 60_000 }: LocalForwardOptions = {},
): Promise<LocalForward> {
  const ending = new AbortController();
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy());
    // The answer may still arrive after its end, but most clients that close their side are gone.
    socket.once('end', () => socket.setTimeout(answerTimeout, () => socket.destroy()));
    forward(socket, ending.signal).catch((error) => {
      if (!ending.signal.aborted) onProblem?.(toSymphonyError(error).message);
      socket.destroy();
    });
  });
  try {
    server.listen(wantedPort, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (wantedPort !== 0) return forwardLocally(forward, { onProblem, answerTimeout });
    throw new SymphonyError('failed', `No local port can be opened: ${(error as Error).message}.`, { cause: error });
  }
  const closed = once(server, 'close');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      ending.abort();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** The visit of a service at a forwarded port, which ends with it. */
export function forwardedVisit({ port, close }: LocalForward): Visit {
  return { url: formatUrl('127.0.0.1', port), host: '127.0.0.1', port, held: true, close };
}

/** The visit of a service at an address that stays. */
export function lastingVisit(host: string, port: number): Visit {
  return { url: formatUrl(host, port), host, port, held: false, close: () => Promise.resolve() };
}

/** A browser retries continuously: each message is reported once, until it changes. */
export function onChange(tell: ((message: string) => void) | undefined): (message: string) => void {
  let told: string | undefined;
  return (message) => {
    if (message !== told) tell?.(message);
    told = message;
  };
}
