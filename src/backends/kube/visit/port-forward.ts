import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { RawData } from 'ws';
import { SymphonyError } from '../../../engine/errors.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { objectPath } from '../api/resource-path.ts';

export interface ForwardTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
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
  wantedPort = 0,
): Promise<PortForward> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy());
    findTarget()
      .then((target) => passOn(client, target, socket))
      .catch(() => socket.destroy());
  });
  try {
    server.listen(wantedPort, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (wantedPort !== 0) return forwardPort(client, findTarget);
    throw new SymphonyError('failed', `No port can be opened here: ${(error as Error).message}.`, { cause: error });
  }
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function passOn(client: KubeClient, { namespace, pod, port }: ForwardTarget, socket: Socket): Promise<void> {
  const doing = `portforward to port ${port} of pod ${pod} in namespace ${namespace}`;
  const path = `${objectPath('Pod', pod, namespace)}/portforward`;
  const web = await client.socket({ path, query: { ports: port }, doing }, ['v4.channel.k8s.io']);
  if (socket.destroyed) return web.terminate();
  // The first message of each channel is the number of the port.
  const greeted = new Set<number>();
  web.on('message', (data: RawData) => {
    const bytes = data as Buffer;
    const channel = bytes[0] ?? dataChannel;
    if (!greeted.has(channel)) {
      greeted.add(channel);
      return;
    }
    if (channel === errorChannel) return web.terminate();
    if (bytes.length === 1 || socket.write(bytes.subarray(1))) return;
    web.pause();
    socket.once('drain', () => web.resume());
  });
  web.once('close', () => socket.end());
  web.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    socket.pause();
    const message = Buffer.allocUnsafe(bytes.length + 1);
    message[0] = dataChannel;
    message.set(bytes, 1);
    web.send(message, () => socket.resume());
  });
  // The protocol cannot close one direction: the answer may still come.
  socket.once('close', () => web.close());
  socket.resume();
}
