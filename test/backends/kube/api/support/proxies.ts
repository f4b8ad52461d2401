import http from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** An HTTP CONNECT proxy that connects every name to this port of this machine. */
export function connectProxy(port: number, asked: string[], refusal?: string): Server {
  const proxy = http.createServer();
  proxy.on('connect', (request, socket: Socket) => {
    const account = request.headers['proxy-authorization'];
    asked.push(account === undefined ? `${request.url}` : `${request.url} ${account}`);
    if (refusal !== undefined) return socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
    passOn(socket, port, () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  });
  return proxy;
}

/** A SOCKS5 proxy without authentication that does the same. */
export function socksProxy(port: number, asked: string[]): Server {
  return createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (wanted) => {
        // Version, command, reserved, address type 3 (a name), its length, the name, the port.
        const name =
          wanted[3] === 3 ? wanted.subarray(5, 5 + (wanted[4] ?? 0)).toString() : `address type ${wanted[3]}`;
        asked.push(`${name}:${wanted.readUInt16BE(wanted.length - 2)}`);
        passOn(socket, port, () => socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])));
      });
    });
  });
}

function passOn(socket: Socket, port: number, onOpen: () => void): void {
  const target = connect(port, '127.0.0.1', () => {
    onOpen();
    socket.pipe(target).pipe(socket);
  });
  target.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  socket.on('error', () => target.destroy()).on('close', () => target.destroy());
}
