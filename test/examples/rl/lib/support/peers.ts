import net from 'node:net';
import { afterEach } from 'vitest';
import { Connector } from '../../../../../examples/rl/lib/connector.mjs';
import { Server } from '../../../../../examples/rl/lib/server.mjs';

const cleanups: (() => unknown)[] = [];
export const host = '127.0.0.1';

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A server of echo on a free port, what it received and what it logged. It ends with the test. */
export async function serve(port = 0, options = {}) {
  const received: unknown[] = [];
  const lines: string[] = [];
  const onMessage = (message: unknown) => received.push(message);
  const server = new Server('echo', { self: 'server', log: (line) => lines.push(line), onMessage, ...options });
  await server.listen({ host, port });
  // Channels alone would miss a client that is ready before the server has read its greeting.
  const sockets: net.Socket[] = [];
  server.server.on('connection', (socket) => sockets.push(socket));
  const stop = async () => {
    const closed = new Promise((resolve) => server.server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  cleanups.push(() => (server.server.listening ? stop() : undefined));
  return { server, received, lines, sockets, stop, port: (server.server.address() as net.AddressInfo).port };
}

/** A client of the server at a port. It ends with the test. */
export function connect(port: number, options = {}) {
  const received: unknown[] = [];
  const lines: string[] = [];
  const connector = new Connector(
    'echo',
    { host, port },
    {
      self: 'client',
      log: (line) => lines.push(line),
      onMessage: (message: unknown) => received.push(message),
      ...options,
    },
  );
  cleanups.push(() => connector.close());
  return { connector, received, lines };
}

/** A peer without this library, which can send anything. */
export async function connectRaw(port: number) {
  const socket = net.connect({ host, port });
  cleanups.push(() => socket.destroy());
  socket.on('error', () => {});
  socket.resume();
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}
