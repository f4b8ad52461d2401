import { connect } from 'node:net';
import type { RawData, WebSocket } from 'ws';

/** Each port has a channel for data and the next one for an error; both begin with the number of the port. */
export function forwardPorts(web: WebSocket, ports: readonly number[]): void {
  const [port = 0] = ports;
  const number = Buffer.alloc(2);
  number.writeUInt16LE(port);
  const send = (channel: number, bytes: Uint8Array, sent?: () => void) =>
    web.send(Buffer.concat([Buffer.from([channel]), bytes]), sent);
  send(0, number);
  send(1, number);
  const pod = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  pod.on('data', (bytes) => {
    pod.pause();
    send(0, bytes, () => pod.resume());
  });
  web.on('message', (data: RawData) => {
    const bytes = data as Buffer;
    if (bytes[0] !== 0 || pod.write(bytes.subarray(1)) || web.isPaused) return;
    web.pause();
    pod.once('drain', () => web.resume());
  });
  pod.on('error', (error) => {
    send(1, Buffer.from(`error forwarding port ${port} to pod 0123, uid : ${error.message}`));
    web.close(1000);
  });
  pod.once('end', () => web.close(1000));
  web.once('close', () => pod.destroy());
}
