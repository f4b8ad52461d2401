import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { RawData } from 'ws';
import { SymphonyError, toSymphonyError } from '../../../engine/errors.ts';
import { Heartbeat } from '../api/heartbeat.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { objectPath } from '../api/resource-path.ts';

export interface ForwardTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

export interface ForwardOptions {
  /** The port to listen on, if it is free. */
  readonly wantedPort?: number;
  /** Hears why a connection could not be passed on. */
  readonly onProblem?: ((message: string) => void) | undefined;
  /** Milliseconds without an answer after which a visitor who has said all has left; a minute by default. */
  readonly answerTimeout?: number;
}

export interface PortForward {
  readonly port: number;
  close(): Promise<void>;
}

const dataChannel = 0;
const errorChannel = 1;

/**
 * Listens on a port of this machine and passes each connection on to a pod, which is asked for anew each time: a pod that
 * was started again is found again. A connection whose pod cannot be reached is closed, and the next may succeed.
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
    // The protocol cannot close one direction: the answer may still come. But most who say no more have left.
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
    throw new SymphonyError('failed', `No port can be opened here: ${(error as Error).message}.`, { cause: error });
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

/** Resolves when the connection has ended. Rejects if the pod did not take it. */
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
  // The first message of each channel is the number of the port.
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
    // What was cut off must not look like what was finished.
    if (refusal !== '' || code === abnormalClosure) socket.resetAndDestroy();
    else socket.destroySoon();
    if (refusal === '') ended.resolve();
    else ended.reject(new SymphonyError('failed', `Port ${port} of pod ${pod} took no connection: ${refusal}`));
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

/** The code of a WebSocket that ended without a word. */
const abnormalClosure = 1006;
