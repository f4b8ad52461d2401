import { once } from 'node:events';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { WebSocket } from 'ws';
import { abortError } from '../../../../engine/contract/errors.ts';

/** Makes the errors for a socket that cannot be opened. */
export interface SocketErrors {
  /** The server answered with this instead. */
  readonly refused: (response: IncomingMessage) => Promise<Error>;
  readonly failed: (error: Error) => Error;
}

/** Opens a WebSocket. It is paused so that no early message is lost: add listeners, then resume. */
export async function openSocket(
  server: URL,
  protocols: readonly string[],
  options: RequestOptions,
  signal: AbortSignal | undefined,
  errors: SocketErrors,
): Promise<WebSocket> {
  if (signal?.aborted) throw abortError(signal);
  const url = new URL(server);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  const socket = new WebSocket(url, [...protocols], {
    ...(options as object),
    // The type definitions lack this option.
    ...{ closeTimeout: 2_000 },
    handshakeTimeout: 30_000,
    perMessageDeflate: false,
    maxPayload: 0,
  });
  socket.once('open', () => socket.pause());
  const refused = new Promise<never>((_, reject) => {
    socket.on('unexpected-response', async (_request, response) => {
      reject(await errors.refused(response));
      socket.terminate();
    });
    socket.on('error', (error) => reject(errors.failed(error)));
  });
  refused.catch(() => {});
  const onAbort = () => socket.terminate();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([once(socket, 'open', { signal }), refused]);
    return socket;
  } catch (error) {
    socket.terminate();
    if (signal?.aborted) throw abortError(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
