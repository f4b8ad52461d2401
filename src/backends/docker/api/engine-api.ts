import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { abortError, SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { version } from '../../../engine/version.ts';
import { JsonLineSplitter } from '../../kit/logs/json-line-splitter.ts';
import { EngineAgent } from './connection/engine-agent.ts';
import { describeEndpoint, type EngineEndpoint } from './connection/engine-endpoint.ts';
import { EngineError, isStatus, notAnEngine, unreachable } from './engine-error.ts';
import { bodyOf, type EngineRequest, formatQuery } from './engine-request.ts';
import { chooseVersion, oldestVersion } from './engine-version.ts';

/** What an engine says of itself before anything is asked. */
export interface EngineIdentity {
  /** The version of the API that is spoken. */
  readonly apiVersion: string;
  readonly isPodman: boolean;
  /** `2` if it builds with BuildKit by default. */
  readonly builderVersion?: string;
}

const defaultTimeoutSeconds = 30;
/** More than ssh waits for a connection, which then says why there is none. */
const pingTimeoutSeconds = 10;

/** The API of one engine over HTTP: requests, streams and hijacked connections, in a version that both sides know. */
export class EngineApi {
  readonly endpoint: EngineEndpoint;
  #requests: EngineAgent;
  readonly #streams: EngineAgent;
  #identity: Promise<EngineIdentity> | undefined;

  constructor(endpoint: EngineEndpoint) {
    this.endpoint = endpoint;
    this.#requests = new EngineAgent(endpoint, 'requests');
    this.#streams = new EngineAgent(endpoint, 'streams');
  }

  /** Asks the engine which versions it speaks, once. @throws SymphonyError `backend-unavailable` */
  identity(): Promise<EngineIdentity> {
    this.#identity ??= this.#ping().catch((error: unknown) => {
      this.#identity = undefined;
      throw error;
    });
    return this.#identity;
  }

  /** Returns the answer as JSON; undefined if it is empty. @throws SymphonyError (`EngineError` if the engine refuses) */
  async request<Answer>(request: EngineRequest): Promise<Answer> {
    const response = await this.stream(request);
    const said = await this.#text(response, request);
    if (said === '') return undefined as Answer;
    try {
      return JSON.parse(said) as Answer;
    } catch {
      throw notAnEngine(this.endpoint, request.operation, 'something that is not JSON');
    }
  }

  /** Returns the answer as a stream, which the caller destroys; an abort does as well. */
  async stream(request: EngineRequest): Promise<IncomingMessage> {
    const { apiVersion } = await unlessAborted(this.identity(), request.signal);
    return this.#send(request, `/v${apiVersion}`);
  }

  /** Returns the JSON documents of an answer that goes on, in batches, which end with the connection. */
  async documents<Document>(request: EngineRequest): Promise<AsyncGenerator<readonly Document[]>> {
    return this.#split(await this.stream(request), request);
  }

  /**
   * Turns the connection of a request into one of raw bytes in both directions, which the caller destroys. Its end of
   * output can be given while input goes on.
   */
  async hijack(request: EngineRequest): Promise<Duplex> {
    const { signal, operation } = request;
    const { apiVersion } = await unlessAborted(this.identity(), signal);
    const upgrade = { connection: 'Upgrade', upgrade: request.protocol ?? 'tcp' };
    const sent = this.#begin({ ...request, lasts: true }, `/v${apiVersion}`, upgrade);
    return new Promise<Duplex>((resolve, reject) => {
      const seconds = request.timeout ?? defaultTimeoutSeconds;
      const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${seconds} s`)), seconds * 1000);
      const onAbort = () => sent.destroy();
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      sent.on('error', (error) => {
        settle();
        reject(signal?.aborted ? abortError(signal) : unreachable(this.endpoint, operation, error));
      });
      sent.once('upgrade', (_response, stream, head) => {
        settle();
        if (head.length > 0) stream.unshift(head);
        resolve(stream);
      });
      sent.once('response', (response) => {
        settle();
        // Old engines and some proxies switch without saying so.
        if (response.statusCode === 200) resolve(response.socket);
        else void this.#refusal(response, operation).then(reject);
      });
      sent.end(bodyOf(request));
    });
  }

  /**
   * Asks whether the engine answers.
   * @param isAnew whether over a new connection: an engine that is being stopped answers only over those that it has
   * @throws SymphonyError `backend-unavailable`
   */
  async ping({ seconds, isAnew }: { readonly seconds: number; readonly isAnew: boolean }): Promise<void> {
    const request = { path: '/_ping', operation: 'say that it runs', timeout: seconds, lasts: isAnew } as const;
    await this.#text(await this.#send(request, ''), request);
  }

  /** Makes no further request over a connection that exists; what lasts goes on. */
  renewConnections(): void {
    this.#identity = undefined;
    this.#requests.destroy();
    this.#requests = new EngineAgent(this.endpoint, 'requests');
  }

  close(): void {
    this.#requests.destroy();
    this.#streams.destroy();
  }

  async #ping(): Promise<EngineIdentity> {
    const request = { path: '/_ping', operation: 'say its version', timeout: pingTimeoutSeconds };
    const response = await this.#send(request, '').catch((error: unknown) => {
      // No engine refuses to say its version.
      if (isStatus(error, 400, 404, 405))
        throw notAnEngine(this.endpoint, request.operation, error.said.replace(/\.\s*$/, ''));
      throw error;
    });
    const { headers } = response;
    await this.#text(response, request);
    const offered = headers['api-version'];
    if (typeof offered !== 'string') throw notAnEngine(this.endpoint, request.operation, 'no version');
    const apiVersion = chooseVersion(offered);
    if (apiVersion === undefined) {
      const what = `speaks version ${offered} of the API, and Symphony needs ${oldestVersion} (Docker 20.10) or newer`;
      throw new SymphonyError('backend-unavailable', `The engine at ${describeEndpoint(this.endpoint)} ${what}.`, {
        hint: 'Update the engine.',
      });
    }
    const builderVersion = headers['builder-version'];
    return {
      apiVersion,
      isPodman: headers['libpod-api-version'] !== undefined || /libpod/i.test(String(headers.server)),
      // Podman sends an empty one.
      ...(typeof builderVersion === 'string' && builderVersion !== '' ? { builderVersion } : {}),
    };
  }

  #begin(
    { path, query, method, headers, body, upload, lasts = false }: EngineRequest,
    prefix: string,
    more: OutgoingHttpHeaders = {},
  ) {
    const length = body === undefined ? 0 : Buffer.byteLength(JSON.stringify(body));
    return http.request({
      agent: lasts ? this.#streams : this.#requests,
      host: 'docker',
      method: method ?? 'GET',
      path: `${prefix}${path}${formatQuery(query)}`,
      headers: {
        'user-agent': `symphony/${version}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': length }),
        ...(upload === undefined ? {} : { 'content-type': upload.type }),
        ...headers,
        ...more,
      },
    });
  }

  async #send(request: EngineRequest, prefix: string, isRetry = false): Promise<IncomingMessage> {
    const { signal, operation, upload, timeout = defaultTimeoutSeconds } = request;
    if (signal?.aborted) throw abortError(signal);
    const sent = this.#begin(request, prefix);
    let response: IncomingMessage;
    try {
      response = await new Promise<IncomingMessage>((resolve, reject) => {
        const timer =
          timeout === null
            ? undefined
            : setTimeout(() => sent.destroy(new Error(`no answer within ${timeout} s`)), timeout * 1000);
        const onAbort = () => sent.destroy();
        signal?.addEventListener('abort', onAbort, { once: true });
        sent.once('close', () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
        });
        // Errors after the response has begun are reported by the response.
        sent.on('error', reject);
        sent.once('response', (response) => {
          clearTimeout(timer);
          resolve(response);
        });
        if (upload === undefined) sent.end(bodyOf(request));
        // An engine that refuses an upload answers before its end.
        else pipeline(upload.stream, sent).catch((error: Error) => reject(error));
      });
    } catch (error) {
      if (signal?.aborted) throw abortError(signal);
      // The engine had closed the connection, which was idle, and got nothing of the request.
      const isStale = sent.reusedSocket && /^(ECONNRESET|EPIPE)$/.test((error as NodeJS.ErrnoException).code ?? '');
      if (isStale && !isRetry && upload === undefined) return this.#send(request, prefix, true);
      throw unreachable(this.endpoint, operation, error);
    }
    const status = response.statusCode ?? 500;
    if (status < 300 || status === 304) return response;
    throw await this.#refusal(response, operation);
  }

  async *#split<Document>(
    response: IncomingMessage,
    { operation, signal }: EngineRequest,
  ): AsyncGenerator<readonly Document[]> {
    const splitter = new JsonLineSplitter();
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) yield splitter.push(chunk) as Document[];
    } catch (error) {
      if (signal?.aborted) throw abortError(signal);
      throw error instanceof SyntaxError
        ? notAnEngine(this.endpoint, operation, 'something that is not JSON')
        : unreachable(this.endpoint, operation, error);
    } finally {
      response.destroy();
    }
  }

  async #text(response: IncomingMessage, { operation, signal }: EngineRequest): Promise<string> {
    try {
      return await text(response);
    } catch (error) {
      if (signal?.aborted) throw abortError(signal);
      throw unreachable(this.endpoint, operation, error);
    }
  }

  async #refusal(response: IncomingMessage, operation: string): Promise<SymphonyError> {
    const status = response.statusCode ?? 500;
    const said = await text(response).catch(() => '');
    if (/^\s*<(!doctype|html)/i.test(said)) return notAnEngine(this.endpoint, operation, 'a web page');
    return new EngineError(status, messageIn(said) || `status ${status}`, operation, this.endpoint);
  }
}

function messageIn(said: string): string {
  try {
    const { message, cause } = JSON.parse(said) as { readonly message?: string; readonly cause?: string };
    return message ?? cause ?? said.trim();
  } catch {
    return said.trim();
  }
}

/** Rejects as soon as the signal aborts, while others may still wait for the answer. */
async function unlessAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  if (signal === undefined) return answer;
  throwIfAborted(signal);
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(abortError(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([answer, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
