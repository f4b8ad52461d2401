import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import { type WebSocket, WebSocketServer } from 'ws';
import { Credentials } from '../../../../src/backends/kube/api/credentials/credentials.ts';
import { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import { Channels } from './channels.ts';
import { Container, type ContainerOptions } from './container.ts';
import { forwardPorts } from './forward-ports.ts';

export interface PodServerOptions extends ContainerOptions {
  /** 1.20 speaks v4, 1.30 and later v5. */
  readonly speaks: 'v4' | 'v5';
}

/**
 * Simulates the API server, the kubelet and the container runtime for exec, attach and portforward: real
 * processes and sockets behind the real protocols, after the sources of Kubernetes.
 */
export class PodServer {
  readonly container: Container;
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  /** Bytes sent on closed connections. */
  #bytesSentBefore = 0;
  readonly #clients: KubeClient[] = [];
  /** Requested paths with queries, in order. */
  readonly requests: URL[] = [];
  speaks: 'v4' | 'v5';
  #frozen = false;

  static async start(options: PodServerOptions): Promise<PodServer> {
    const server = new PodServer(options);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  private constructor(options: PodServerOptions) {
    this.speaks = options.speaks;
    this.container = new Container(options);
    // As Go has it.
    this.#server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
      if (this.#frozen) return;
      this.requests.push(new URL(request.url ?? '/', 'http://server'));
      response.setHeader('content-type', 'application/json').end('{"major":"1","minor":"0"}');
    });
    this.#server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.once('close', () => {
        this.#connections.delete(socket);
        this.#bytesSentBefore += socket.bytesWritten;
      });
      if (this.#frozen) socket.pause();
    });
    const sockets = new WebSocketServer({
      noServer: true,
      // As golang.org/x/net/websocket has it.
      maxPayload: 32 << 20,
      perMessageDeflate: false,
      handleProtocols: (wanted) => this.#choose(wanted) ?? false,
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(sockets, request, socket, head));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The number of open connections. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Bytes sent on all connections. */
  get bytesSent(): number {
    const open = [...this.#connections].reduce((bytes, socket) => bytes + socket.bytesWritten, 0);
    return this.#bytesSentBefore + open;
  }

  client(port = this.port): KubeClient {
    const config = new KubeConfig();
    const server = `http://127.0.0.1:${port}`;
    config.loadFromOptions({
      clusters: [{ name: 'test', server, skipTLSVerify: true }],
      users: [{ name: 'test' }],
      contexts: [{ name: 'test', cluster: 'test', user: 'test' }],
      currentContext: 'test',
    });
    const identity = { context: 'test', server, user: 'test', namespace: 'default' };
    const credentials = new Credentials(config, {}, undefined);
    const client = new KubeClient({ identity, credentials, proxy: undefined });
    this.#clients.push(client);
    return client;
  }

  /** Simulates the loss of the machine: the server stays silent without closing connections. */
  freeze(): void {
    this.#frozen = true;
    for (const connection of this.#connections) connection.pause();
  }

  /** Simulates the end of the server's process. */
  breakOff(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  async stop(): Promise<void> {
    this.breakOff();
    this.#server.close();
    for (const client of this.#clients) client.close();
    await Promise.all([once(this.#server, 'close'), this.container.stop()]);
  }

  #choose(wanted: Set<string>): string | undefined {
    const known = this.speaks === 'v5' ? ['v5.channel.k8s.io', 'v4.channel.k8s.io'] : ['v4.channel.k8s.io'];
    return [...wanted].find((protocol) => known.includes(protocol));
  }

  #upgrade(sockets: WebSocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://server');
    this.requests.push(url);
    const action = /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+\/(exec|attach|portforward)$/.exec(url.pathname)?.[1];
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (action === undefined || this.#choose(new Set(protocols)) === undefined) {
      // As Go does, without further detail.
      socket.end(`HTTP/1.1 ${action ? '403 Forbidden' : '404 Not Found'}\r\nconnection: close\r\n\r\n`);
      return;
    }
    // A proxy can deliver the answer and the first messages in one chunk.
    socket.cork();
    sockets.handleUpgrade(request, socket, head, (web: WebSocket) => {
      web.on('error', () => undefined);
      if (action === 'portforward') forwardPorts(web, url.searchParams.getAll('ports').map(Number));
      else if (action === 'attach') this.container.attach(new Channels(web, socket));
      else this.container.exec(new Channels(web, socket), url.searchParams);
    });
    socket.uncork();
  }
}
