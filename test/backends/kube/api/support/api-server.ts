import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http';
import https, { type ServerOptions } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { WebSocketServer } from 'ws';

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  /** The requests in order, WebSockets included. */
  readonly requests: IncomingMessage[];
  /** The number of accepted connections. */
  connections(): number;
  /** Answers WebSockets with this status from now on. */
  refuseSockets(status: number): void;
  close(): Promise<void>;
}

/** Simulates an API server: answers requests by a function, and WebSockets with an echo. */
export async function playServer(answer: RequestListener, tls?: ServerOptions): Promise<ApiServer> {
  const requests: IncomingMessage[] = [];
  let refusal: number | undefined;
  const listener: RequestListener = (request, response) => {
    requests.push(request);
    answer(request, response);
  };
  const server: Server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first ?? false });
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    if (refusal !== undefined) return socket.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (web) => {
      web.on('message', (data) => web.send(data));
    });
  });
  const listening = await listen(server);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${listening.port}`,
    port: listening.port,
    requests,
    connections: listening.connections,
    refuseSockets(status) {
      refusal = status;
    },
    async close() {
      for (const web of sockets.clients) web.terminate();
      await listening.close();
    },
  };
}

export interface Listening {
  readonly port: number;
  connections(): number;
  close(): Promise<void>;
}

/** Makes a server listen on a free port; closing it ends its connections too. */
export async function listen(server: NetServer): Promise<Listening> {
  const open = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket) => {
    count += 1;
    open.add(socket);
    socket.on('error', () => {}).once('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A JSON answer; an empty list by default. */
export const answerJson =
  (
    body: object = { kind: 'List', metadata: { resourceVersion: '1' }, items: [] },
    status = 200,
    headers = {},
  ): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

/** A refusal in Kubernetes' form. */
export const refuse = (code: number, reason: string, message: string, headers = {}): RequestListener =>
  answerJson({ kind: 'Status', status: 'Failure', code, reason, message }, code, headers);
