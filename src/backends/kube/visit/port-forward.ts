import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { RawData } from 'ws';
import { SymphonyError, toSymphonyError } from '../../../engine/contract/errors.ts';
import { Heartbeat } from '../api/connection/heartbeat.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { objectPath } from '../api/resource-path.ts';

export interface ForwardTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

export interface ForwardOptions {
  /** The local port to listen on, if it is free. */
  readonly wantedPort?: number;
  /** Called with the reason when a connection could not be forwarded. */
  readonly onProblem?: ((message: string) => void) | undefined;
  /** Milliseconds without an answer after which a half-closed connection is closed; a minute by default. */
  readonly answerTimeout?: number;
}

export interface PortForward {
  readonly port: number;
  close(): Promise<void>;
}

const dataChannel = 0;
const errorChannel = 1;

/**
 * Listens on a local port and forwards each connection to a pod, which is looked up for each connection, so that a
 * restarted pod is found. If the pod cannot be reached, the connection is closed, and the next one may succeed.
 */
export async function forwardPort(
  client: KubeClient,
  findTarget: () => Promise<ForwardTarget>,
  { wantedPort = 0, onProblem, answerTimeout = 60_000 }: ForwardOptions = {},
): Promise<PortForward> {
  const ending = new AbortController();
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy());
    // The protocol has no half-close: the answer may still arrive, but most clients that close their side are gone.
    socket.once('end', () => socket.setTimeout(answerTimeout, () => socket.destroy()));
    findTarget()
      .then((target) => passOn(client, target, socket, ending.signal))
      .catch((error) => {
        if (!ending.signal.aborted) onProblem?.(toSymphonyError(error).message);
        socket.destroy();
      });
  });
  try {
    server.listen(wantedPort, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (wantedPort !== 0) return forwardPort(client, findTarget, { onProblem, answerTimeout });
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

/** Resolves when the connection has ended. Rejects if the pod refused it. */
async function passOn(
  client: KubeClient,
  { namespace, pod, port }: ForwardTarget,
  socket: Socket,
  signal: AbortSignal,
): Promise<void> {
  const operation = `portforward to port ${port} of pod ${pod} in namespace ${namespace}`;
  const path = `${objectPath('Pod', pod, namespace)}/portforward`;
  const web = await client.socket({ path, query: { ports: port }, operation, signal }, ['v4.channel.k8s.io']);
  const heartbeat = new Heartbeat(web, {
    isReachable: () => client.isReachable(),
    onLost: () => web.terminate(),
  });
  const ended = Promise.withResolvers<void>();
  // The first message of each channel contains the port number.
  const greeted = new Set<number>();
  let refusal = '';
  web.on('message', (data: RawData) => {
    const bytes = data as Buffer;
    const channel = bytes[0] ?? dataChannel;
    if (!greeted.has(channel)) {
      greeted.add(channel);
    } else if (channel === errorChannel) {
      refusal ||= bytes.subarray(1).toString('utf8').trim();
      web.close();
    } else if (bytes.length > 1 && !socket.destroyed && !socket.write(bytes.subarray(1)) && !web.isPaused) {
      web.pause();
      socket.once('drain', () => web.resume());
    }
  });
  web.once('close', (code) => {
    // A reset shows the client that the data is incomplete.
    if (refusal !== '' || code === abnormalClosure) socket.resetAndDestroy();
    else socket.destroySoon();
    if (refusal === '') ended.resolve();
    else ended.reject(new SymphonyError('failed', `Port ${port} of pod ${pod} refused the connection: ${refusal}`));
  });
  socket.on('data', (bytes) => {
    socket.pause();
    const message = Buffer.allocUnsafe(bytes.length + 1);
    message[0] = dataChannel;
    message.set(bytes, 1);
    heartbeat.sent();
    web.send(message, () => socket.resume());
  });
  if (socket.destroyed) web.terminate();
  socket.once('close', () => web.terminate());
  web.resume();
  socket.resume();
  return ended.promise;
}

/** The close code of a WebSocket without a close frame. */
const abnormalClosure = 1006;
