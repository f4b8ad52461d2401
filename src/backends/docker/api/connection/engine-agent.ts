import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { connect as connectSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectSecure } from 'node:tls';
import { type EngineEndpoint, parseEndpoint } from './engine-endpoint.ts';
import { SshStream } from './ssh-stream.ts';

/** Seconds for connecting, TLS included. */
const connectTimeoutSeconds = 5;
const keepAliveDelayMilliseconds = 15_000;
/** As many requests as an engine handles well at once. */
const maxConnections = 32;
/** Each is an ssh program. */
const maxSshConnections = 6;

type Callback = (error: Error | null, stream: Duplex) => void;

/** Connections to one engine. */
export class EngineAgent extends http.Agent {
  readonly #endpoint: EngineEndpoint;
  readonly #ending = new AbortController();

  /** @param use short requests share a bounded number of connections; streams, which last, have one each */
  constructor(endpoint: EngineEndpoint, use: 'requests' | 'streams') {
    const isSsh = endpoint.host.startsWith('ssh:');
    const maxSockets = isSsh ? maxSshConnections : maxConnections;
    super(use === 'streams' ? { keepAlive: false } : { keepAlive: true, maxSockets, scheduling: 'lifo' });
    this.#endpoint = endpoint;
  }

  override createConnection(_options: unknown, callback?: Callback): undefined {
    this.dial().then(
      (stream) => callback?.(null, stream),
      (error: Error) => (callback as ((error: Error) => void) | undefined)?.(error),
    );
  }

  /** Opens a connection of the caller's own. Rejects with the system's error, or that of `parseEndpoint`. */
  async dial(): Promise<Duplex> {
    const address = parseEndpoint(this.#endpoint);
    if (address.kind === 'ssh') return SshStream.open(address, this.#endpoint.env);
    const late = AbortSignal.timeout(connectTimeoutSeconds * 1000);
    const signal = AbortSignal.any([late, this.#ending.signal]);
    const socket = this.#open(address);
    try {
      await once(socket, address.kind === 'tcp' && address.isSecure ? 'secureConnect' : 'connect', { signal });
      socket.setKeepAlive(true, keepAliveDelayMilliseconds);
      socket.setNoDelay(true);
      return socket;
    } catch (error) {
      socket.destroy();
      if (late.aborted) throw new Error(`no connection within ${connectTimeoutSeconds} s`, { cause: error });
      throw error;
    }
  }

  override destroy(): void {
    this.#ending.abort();
    super.destroy();
  }

  #open(address: Exclude<ReturnType<typeof parseEndpoint>, { kind: 'ssh' }>): Socket {
    if (address.kind === 'unix') return connectSocket({ path: address.path, allowHalfOpen: true });
    const { host, port, isSecure } = address;
    if (!isSecure) return connectSocket({ host, port, allowHalfOpen: true });
    const { certFolder, skipsVerification = false } = this.#endpoint;
    // Read for each connection, because certificates are renewed.
    const read = (name: string) => {
      const path = certFolder === undefined ? undefined : join(certFolder, name);
      return path !== undefined && existsSync(path) ? readFileSync(path) : undefined;
    };
    const options: ConnectionOptions & { readonly allowHalfOpen: boolean } = {
      host,
      port,
      servername: /^[\d.]+$|:/.test(host) ? '' : host,
      ca: read('ca.pem'),
      cert: read('cert.pem'),
      key: read('key.pem'),
      rejectUnauthorized: !skipsVerification,
      allowHalfOpen: true,
    };
    return connectSecure(options);
  }
}
