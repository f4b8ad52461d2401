import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { WebSocket } from 'ws';
import { abortError, SymphonyError } from '../../../engine/contract/errors.ts';
import { version } from '../../../engine/version.ts';
import { ApiError, type KubeStatus, notKubernetes, unreachable } from './api-error.ts';
import { createAgent } from './connection/kube-agent.ts';
import { openSocket } from './connection/open-socket.ts';
import { probeAfterSeconds, ServerProbe } from './connection/server-probe.ts';
import type { Authentication } from './credentials/credentials.ts';
import { PluginError } from './credentials/exec-plugin.ts';
import type { KubeIdentity, LoadedKubeConfig } from './credentials/load-kube-config.ts';
import { isHtmlPage, readRefusal } from './read-refusal.ts';
import { RetryPolicy, StaleConnection } from './retry-policy.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface KubeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly contentType?: string;
  /** The Accept header, where the answer is not plain JSON. */
  readonly accept?: string;
  /** Verb and resource for messages: `list pods`. */
  readonly operation: string;
  readonly signal?: AbortSignal | undefined;
  /** Seconds until the answer must begin; 30 by default. */
  readonly timeout?: number;
  /**
   * Repeats the request for a while if the connection is lost or the server is unavailable. Only for requests without
   * side effects.
   */
  readonly retriesReads?: boolean;
}

type SocketRequest = Pick<KubeRequest, 'path' | 'query' | 'operation' | 'signal' | 'retriesReads'>;

/** The API server as one user: requests, streams and WebSockets, authenticated by the kubeconfig. */
export class KubeApi {
  readonly identity: KubeIdentity;
  readonly #credentials: LoadedKubeConfig['credentials'];
  readonly #agent: http.Agent;
  readonly #probe: ServerProbe;
  #hasAnswered = false;
  /** Milliseconds by which the server's clock is ahead of this machine's. */
  #ahead = 0;

  constructor({ identity, credentials, proxy }: LoadedKubeConfig) {
    this.identity = identity;
    this.#credentials = credentials;
    this.#agent = createAgent(new URL(identity.server), proxy);
    this.#probe = new ServerProbe(this.#url({ path: '/version' }), proxy);
  }

  /** Returns the answer as JSON. @throws SymphonyError (ApiError if the server refuses) */
  async request<Answer>(request: KubeRequest): Promise<Answer> {
    const { response, said } = await this.#withRetries(request, async (authentication) => {
      const response = await this.#send(request, authentication);
      try {
        return { response, said: await text(response) };
      } catch (error) {
        if (request.signal?.aborted) throw abortError(request.signal);
        throw unreachable(this.identity, request.operation, error);
      }
    });
    try {
      const answer: unknown = JSON.parse(said);
      if (typeof answer === 'object' && answer !== null) return answer as Answer;
    } catch {
      // The check below reports it.
    }
    const what = isHtmlPage(response, said) ? 'a web page' : 'something that is not JSON';
    throw notKubernetes(this.identity, request.operation, what);
  }

  /** Returns the answer as a stream. The caller destroys it; an abort does as well. */
  stream(request: KubeRequest): Promise<IncomingMessage> {
    return this.#withRetries(request, (authentication) => this.#send(request, authentication));
  }

  /** Opens a WebSocket to the API server. It is paused so that no early message is lost: add listeners, then resume. */
  socket(request: SocketRequest, protocols: readonly string[]): Promise<WebSocket> {
    return this.#withRetries(request, ({ options }) => {
      const { operation, signal } = request;
      return openSocket(this.#url(request), protocols, { ...options, agent: this.#agent }, signal, {
        refused: (response) => readRefusal(response, options, operation, this.identity),
        failed: (error) => unreachable(this.identity, operation, error),
      });
    });
  }

  /** The server's time in milliseconds, derived from the date of its last answer. */
  get now(): number {
    return Date.now() + this.#ahead;
  }

  /** Whether the server answers at all, with any status. */
  async isReachable(): Promise<boolean> {
    const asked = this.request({ path: '/version', operation: 'get the version', timeout: 5 });
    return asked.then(
      () => true,
      (error) => error instanceof ApiError,
    );
  }

  /** The error for a Status object inside an answer. */
  refusal(status: KubeStatus, operation: string): ApiError {
    return new ApiError(status.code ?? 500, status, operation, this.identity);
  }

  /** Closes the idle connections and ends a running credential plugin. */
  close(): void {
    this.#probe.close();
    this.#agent.destroy();
    this.#credentials.close();
  }

  async #withRetries<Answer>(
    { operation, signal, retriesReads = false }: SocketRequest,
    attempt: (authentication: Authentication) => Promise<Answer>,
  ): Promise<Answer> {
    // If the server has never answered, the first failure is reported without retries.
    const retryPolicy = new RetryPolicy(signal, retriesReads && this.#hasAnswered);
    for (;;) {
      const authentication = await this.#authenticate(operation, signal);
      try {
        return await attempt(authentication);
      } catch (error) {
        if (await retryPolicy.shouldRetry(error, authentication.refused)) continue;
        throw error instanceof StaleConnection ? unreachable(this.identity, operation, error.cause) : error;
      }
    }
  }

  async #send(request: KubeRequest, authentication: Authentication): Promise<IncomingMessage> {
    const { signal, operation } = request;
    if (signal?.aborted) throw abortError(signal);
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const options: https.RequestOptions = {
      ...authentication.options,
      agent: this.#agent,
      method: request.method ?? 'GET',
      headers: {
        accept: request.accept ?? 'application/json',
        'user-agent': `symphony/${version}`,
        ...(authentication.options.headers as http.OutgoingHttpHeaders),
        ...(body && { 'content-type': request.contentType ?? 'application/json', 'content-length': body.byteLength }),
      },
    };
    const url = this.#url(request);
    const sent = (url.protocol === 'http:' ? http : https).request(url, options);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const seconds = request.timeout ?? 30;
      const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${seconds} s`)), seconds * 1000);
      // A long list may take its time, but a server that does not even answer the probe meanwhile is not there.
      const doubt = setTimeout(() => {
        this.#probe.check(authentication.options).catch((error) => sent.destroy(error));
      }, probeAfterSeconds * 1000);
      const settle = () => {
        clearTimeout(timer);
        clearTimeout(doubt);
      };
      const onAbort = () => sent.destroy();
      signal?.addEventListener('abort', onAbort, { once: true });
      sent.once('close', () => {
        settle();
        signal?.removeEventListener('abort', onAbort);
      });
      // Errors after the response has begun are reported by the response.
      sent.on('error', (error) => {
        settle();
        if (signal?.aborted) reject(abortError(signal));
        else if (sent.reusedSocket && /^(ECONNRESET|EPIPE)$/.test((error as NodeJS.ErrnoException).code ?? ''))
          reject(new StaleConnection(error));
        else reject(unreachable(this.identity, operation, error));
      });
      sent.once('response', (response) => {
        settle();
        this.#hasAnswered = true;
        resolve(response);
      });
      sent.end(body);
    });
    const said = Date.parse(response.headers.date ?? '');
    if (!Number.isNaN(said)) this.#ahead = said - Date.now();
    if ((response.statusCode ?? 500) < 300) return response;
    throw await readRefusal(response, options, operation, this.identity);
  }

  async #authenticate(operation: string, signal: AbortSignal | undefined): Promise<Authentication> {
    try {
      return await unlessAborted(this.#credentials.authenticate(), signal);
    } catch (error) {
      if (error instanceof SymphonyError) throw error;
      const { server, user, context } = this.identity;
      const why = (error as Error).message.replace(/\.$/, '');
      throw new SymphonyError(
        'backend-unavailable',
        `User ${user} (context ${context}) cannot be authenticated to ${server} to ${operation}: ${why}.`,
        { hint: error instanceof PluginError ? error.hint : 'Try the login command of your cluster.', cause: error },
      );
    }
  }

  #url({ path, query = {} }: Pick<KubeRequest, 'path' | 'query'>): URL {
    const url = new URL(this.identity.server.replace(/\/+$/, '') + path);
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue;
      for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
    }
    return url;
  }
}

/** Stops waiting when the signal aborts; the promise goes on for other callers. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
