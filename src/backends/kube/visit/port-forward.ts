import type { Socket } from 'node:net';
import type { RawData } from 'ws';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { forwardLocally, type LocalForward, type LocalForwardOptions } from '../../kit/connection/local-forward.ts';
import { Heartbeat } from '../api/connection/heartbeat.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { objectPath } from '../api/resource-path.ts';

export interface ForwardTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

const dataChannel = 0;
const errorChannel = 1;

/**
 * Listens on a local port and forwards each connection to a pod, which is looked up for each connection, so that a
 * restarted pod is found. If the pod cannot be reached, the connection is closed, and the next one may succeed.
 */
export function forwardPort(
  client: KubeClient,
  findTarget: () => Promise<ForwardTarget>,
  options: LocalForwardOptions = {},
): Promise<LocalForward> {
  return forwardLocally(async (socket, signal) => passOn(client, await findTarget(), socket, signal), options);
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
