import { once } from 'node:events';
import http from 'node:http';
import https, { type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { openConnection } from './open-connection.ts';

/** Seconds for connecting, TLS included: directly, and through a proxy. */
const connectTimeoutSeconds = 5;
const proxyConnectTimeoutSeconds = 10;
/** With this TCP keep-alive delay, the loss of the other end of a silent stream is noticed within half a minute. */
const keepAliveDelayMilliseconds = 15_000;

type Callback = (error: Error | null, socket: Duplex) => void;

/**
 * An agent with the connections to one server, WebSockets included; all of them use the server's proxy, if there is
 * one.
 */
export function createAgent(server: URL, proxy: URL | undefined): http.Agent {
  return server.protocol === 'http:' ? new PlainAgent(proxy) : new SecureAgent(proxy);
}

class PlainAgent extends http.Agent {
  readonly #dialer: Dialer;

  constructor(proxy: URL | undefined) {
    super({ keepAlive: true, keepAliveMsecs: keepAliveDelayMilliseconds });
    this.#dialer = new Dialer(proxy);
  }

  override createConnection(options: RequestOptions, callback?: Callback): undefined {
    this.#dialer.open(options, async (socket) => socket, callback);
  }

  override destroy(): void {
    this.#dialer.close();
    super.destroy();
  }
}

class SecureAgent extends https.Agent {
  readonly #dialer: Dialer;

  constructor(proxy: URL | undefined) {
    super({ keepAlive: true, keepAliveMsecs: keepAliveDelayMilliseconds });
    this.#dialer = new Dialer(proxy);
  }

  override createConnection(options: RequestOptions, callback?: Callback): undefined {
    const secure = async (socket: Socket, signal: AbortSignal) => {
      const encrypted = super.createConnection({ ...options, socket } as RequestOptions) as Socket;
      try {
        await once(encrypted, 'secureConnect', { signal });
        return encrypted;
      } catch (error) {
        encrypted.destroy();
        throw error;
      }
    };
    this.#dialer.open(options, secure, callback);
  }

  override destroy(): void {
    this.#dialer.close();
    super.destroy();
  }
}

/** Opens connections with a timeout; closing it aborts pending attempts. */
class Dialer {
  readonly #proxy: URL | undefined;
  readonly #ending = new AbortController();

  constructor(proxy: URL | undefined) {
    this.#proxy = proxy;
  }

  open(
    { host, port }: RequestOptions,
    finish: (socket: Socket, signal: AbortSignal) => Promise<Socket>,
    callback: Callback | undefined,
  ): void {
    const seconds = this.#proxy === undefined ? connectTimeoutSeconds : proxyConnectTimeoutSeconds;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), seconds * 1000);
    const signal = AbortSignal.any([late.signal, this.#ending.signal]);
    openConnection({ host: host ?? 'localhost', port: Number(port) }, this.#proxy, signal)
      .then(async (socket) => {
        socket.setKeepAlive(true, keepAliveDelayMilliseconds);
        try {
          return await finish(socket, signal);
        } catch (error) {
          socket.destroy();
          throw error;
        }
      })
      .then(
        (socket) => callback?.(null, socket),
        (error: Error) => {
          const route =
            this.#proxy === undefined ? '' : ` through the proxy ${this.#proxy.protocol}//${this.#proxy.host}`;
          const why = late.signal.aborted
            ? new Error(`no connection${route} within ${seconds} s`, { cause: error })
            : error;
          (callback as ((error: Error) => void) | undefined)?.(why);
        },
      )
      .finally(() => clearTimeout(timer));
  }

  close(): void {
    this.#ending.abort();
  }
}
