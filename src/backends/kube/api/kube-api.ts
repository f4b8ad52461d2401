import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { json, text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { abortError, SymphonyError } from '../../../engine/errors.ts';
import { version } from '../../../engine/version.ts';
import { ApiError, type KubeStatus, unreachable } from './api-error.ts';
import type { KubeIdentity, LoadedKubeConfig } from './load-kube-config.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface KubeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly contentType?: string;
  /** What this does, for messages: verb and resource, `list pods`. */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
  /** Seconds until the answer has to begin; 30 by default. */
  readonly timeout?: number;
}

/** Seconds in which a server that is there accepts a connection. */
const connectTimeout = 5;

/** The API server, as one user: requests, streams and sockets, authenticated as the kubeconfig says. */
export class KubeApi {
  readonly identity: KubeIdentity;
  readonly #config: LoadedKubeConfig['config'];
  #agent: http.Agent | undefined;

  constructor({ config, identity }: LoadedKubeConfig) {
    this.#config = config;
    this.identity = identity;
  }

  /** The answer as JSON. @throws SymphonyError (ApiError if the server refuses) */
  async request<Answer>(request: KubeRequest): Promise<Answer> {
    const response = await this.stream(request);
    try {
      return (await json(response)) as Answer;
    } catch (error) {
      if (request.signal?.aborted) throw abortError(request.signal);
      throw unreachable(this.identity, request.doing, error);
    }
  }

  /** The answer as it comes. Whoever takes it destroys it; an abort does as well. */
  async stream(request: KubeRequest): Promise<IncomingMessage> {
    // A connection kept alive may have been closed at that very moment; then nothing was done yet.
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#send(request);
      } catch (error) {
        if (attempt === 0 && error instanceof StaleConnection) continue;
        throw error instanceof StaleConnection ? unreachable(this.identity, request.doing, error.cause) : error;
      }
    }
  }

  /** A WebSocket to the API server, opened. */
  async socket(
    request: Pick<KubeRequest, 'path' | 'query' | 'doing' | 'signal'>,
    protocols: readonly string[],
  ): Promise<WebSocket> {
    const url = this.#url(request);
    url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
    const options: https.RequestOptions = {};
    await this.#authenticate(options);
    const socket = new WebSocket(url, [...protocols], {
      ...(options as object),
      handshakeTimeout: 30_000,
      perMessageDeflate: false,
      maxPayload: 0,
    });
    const refused = new Promise<never>((_, reject) => {
      socket.on('unexpected-response', async (_request, response) => {
        reject(await this.#refusal(response, request.doing));
        socket.terminate();
      });
      socket.on('error', (error) => reject(unreachable(this.identity, request.doing, error)));
    });
    refused.catch(() => {});
    const onAbort = () => socket.terminate();
    request.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([once(socket, 'open', { signal: request.signal }), refused]);
      return socket;
    } catch (error) {
      if (request.signal?.aborted) throw abortError(request.signal);
      throw error;
    } finally {
      request.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** The error that a refusal stands for which came inside an answer. */
  refusal(status: KubeStatus, doing: string): ApiError {
    return new ApiError(status.code ?? 500, status, doing, this.identity);
  }

  /** Ends the connections kept for later. */
  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #send(request: KubeRequest): Promise<IncomingMessage> {
    const { signal, doing } = request;
    if (signal?.aborted) throw abortError(signal);
    const options: https.RequestOptions = { method: request.method ?? 'GET' };
    await this.#authenticate(options);
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    options.headers = {
      accept: 'application/json',
      'user-agent': `symphony/${version}`,
      ...options.headers,
      ...(body && { 'content-type': request.contentType ?? 'application/json', 'content-length': body.byteLength }),
    };
    const url = this.#url(request);
    const sent = (url.protocol === 'http:' ? http : https).request(url, options);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const timer = setTimeout(
        () => sent.destroy(new Error(`no answer within ${request.timeout ?? 30} s`)),
        (request.timeout ?? 30) * 1000,
      );
      const connecting = setTimeout(
        () => sent.destroy(new Error(`no connection within ${connectTimeout} s`)),
        connectTimeout * 1000,
      );
      sent.once('socket', (socket) => {
        // A silent stream whose other end is gone is noticed within half a minute.
        socket.setKeepAlive(true, 15_000);
        if (!socket.connecting) clearTimeout(connecting);
        else
          socket
            .once('secureConnect', () => clearTimeout(connecting))
            .once('connect', () => url.protocol === 'http:' && clearTimeout(connecting));
      });
      const settle = () => {
        clearTimeout(timer);
        clearTimeout(connecting);
      };
      const onAbort = () => sent.destroy();
      signal?.addEventListener('abort', onAbort, { once: true });
      sent.once('close', () => {
        settle();
        signal?.removeEventListener('abort', onAbort);
      });
      // Also later ones, which the response tells its reader of.
      sent.on('error', (error) => {
        settle();
        if (signal?.aborted) reject(abortError(signal));
        else if (sent.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET')
          reject(new StaleConnection(error));
        else reject(unreachable(this.identity, doing, error));
      });
      sent.once('response', (response) => {
        settle();
        resolve(response);
      });
      sent.end(body);
    });
    if ((response.statusCode ?? 500) < 300) return response;
    throw await this.#refusal(response, doing);
  }

  async #refusal(response: IncomingMessage, doing: string): Promise<ApiError> {
    const said = await text(response).catch(() => '');
    return new ApiError(response.statusCode ?? 500, parseStatus(said), doing, this.identity);
  }

  async #authenticate(options: https.RequestOptions): Promise<void> {
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new SymphonyError(
        'backend-unavailable',
        `User ${this.identity.user} cannot be authenticated to ${this.identity.server}: ${(error as Error).message}.`,
        { hint: 'Try the login command of your cluster.', cause: error },
      );
    }
    // The client's own agent keeps no connections; only what goes through a proxy needs it.
    if (this.#config.getCurrentCluster()?.proxyUrl || this.identity.server.startsWith('http:')) return;
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    this.#agent ??= new https.Agent({
      keepAlive: true,
      keepAliveMsecs: 15_000,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
      ...(servername && { servername }),
    });
    options.agent = this.#agent;
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

class StaleConnection extends Error {
  constructor(cause: unknown) {
    super('The connection had ended.', { cause });
  }
}

function parseStatus(said: string): KubeStatus {
  try {
    return JSON.parse(said) as KubeStatus;
  } catch {
    return { message: said.trim().slice(0, 500) };
  }
}
