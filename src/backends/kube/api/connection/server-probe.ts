import http, { type RequestOptions } from 'node:http';
import https from 'node:https';
import { createAgent } from './kube-agent.ts';

/**
 * After this many seconds without an answer, a probe checks whether the server is there; the probe has its own timeout.
 */
export const probeAfterSeconds = 5;
const probeTimeoutSeconds = 4;

/** Checks on a new connection whether a server answers, because kept connections may be dead. */
export class ServerProbe {
  readonly #url: URL;
  readonly #proxy: URL | undefined;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;

  /** @param url a path of the server that answers any client */
  constructor(url: URL, proxy: URL | undefined) {
    this.#url = url;
    this.#proxy = proxy;
  }

  /** Concurrent callers share one probe. @throws Error if the server does not answer */
  check(options: RequestOptions): Promise<void> {
    this.#running ??= new Promise<void>((resolve, reject) => {
      const agent = createAgent(this.#url, this.#proxy);
      const { get } = this.#url.protocol === 'http:' ? http : https;
      const asked = get(this.#url, { ...options, agent, signal: this.#closing.signal });
      const noAnswer = `it accepts connections, but gave no answer within ${probeAfterSeconds + probeTimeoutSeconds} s`;
      const timer = setTimeout(() => asked.destroy(new Error(noAnswer)), probeTimeoutSeconds * 1000);
      asked.once('response', (response) => {
        response.resume();
        resolve();
      });
      asked.on('error', reject);
      asked.once('close', () => {
        clearTimeout(timer);
        agent.destroy();
        this.#running = undefined;
      });
    });
    return this.#running;
  }

  /** Ends a running probe. */
  close(): void {
    this.#closing.abort();
  }
}
