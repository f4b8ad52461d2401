import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { type PathInfo, parsePathInfo } from '../copy/path-info.ts';
import type { EngineEndpoint } from './connection/engine-endpoint.ts';
import { EngineApi, type EngineIdentity } from './engine-api.ts';
import { isStatus, unlessAbsent } from './engine-error.ts';
import { EngineImages } from './engine-images.ts';
import type { Container, EngineEvent, EngineInfo, Labels, ListedContainer, Network, Volume } from './engine-objects.ts';

/** Labels with their values, all of which an object must have; without a value, the label alone. */
export type LabelFilter = Readonly<Record<string, string | undefined>>;

export interface LogQuery {
  readonly follow?: boolean;
  /** The number of last messages; a message is at most 16 kB of a line. */
  readonly tail?: number;
  /** In seconds since 1970, with nanoseconds after the point: `1732791600.000000001`. */
  readonly since?: string;
}

/** What Symphony asks of an engine, one call for each. All throw `EngineError` if the engine refuses. */
export class EngineClient {
  readonly endpoint: EngineEndpoint;
  readonly images: EngineImages;
  readonly #api: EngineApi;

  constructor(endpoint: EngineEndpoint) {
    this.endpoint = endpoint;
    this.#api = new EngineApi(endpoint);
    this.images = new EngineImages(this.#api);
  }

  identity(): Promise<EngineIdentity> {
    return this.#api.identity();
  }

  /** @throws SymphonyError `backend-unavailable`. See `EngineApi.ping` */
  ping(options: { readonly seconds: number; readonly isAnew: boolean }): Promise<void> {
    return this.#api.ping(options);
  }

  /** Makes no further request over a connection that exists; what lasts goes on. */
  renewConnections(): void {
    this.#api.renewConnections();
  }

  /**
   * When the engine was started, in milliseconds since 1970; undefined if that cannot be told. It makes its default network
   * at each start, unless it took over containers that went on without it.
   */
  async startedAt(): Promise<number | undefined> {
    const request = { path: '/networks/bridge', operation: 'describe its default network' } as const;
    const network = await unlessAbsent(this.#api.request<{ readonly Created?: string }>(request));
    const time = Date.parse(network?.Created ?? '');
    return Number.isNaN(time) ? undefined : time;
  }

  info(signal?: AbortSignal | undefined): Promise<EngineInfo> {
    return this.#api.request({ path: '/info', operation: 'describe itself', signal });
  }

  listContainers(labels: LabelFilter, signal?: AbortSignal | undefined): Promise<readonly ListedContainer[]> {
    const query = { all: true, filters: { label: labelFilter(labels) } };
    return this.#api.request({ path: '/containers/json', query, operation: 'list containers', signal });
  }

  /** Returns undefined if there is no such container. @param id or name */
  async inspect(id: string, signal?: AbortSignal | undefined): Promise<Container | undefined> {
    const operation = `inspect container ${shortId(id)}`;
    return unlessAbsent(this.#api.request({ path: `${containerPath(id)}/json`, operation, signal }));
  }

  /** @returns the id of the container */
  async createContainer(name: string, body: unknown): Promise<string> {
    const operation = `create container ${name}`;
    const request = {
      method: 'POST',
      path: '/containers/create',
      query: { name },
      body,
      operation,
      timeout: 120,
    } as const;
    return (await this.#api.request<{ readonly Id: string }>(request)).Id;
  }

  /** Has no effect on one that runs. */
  async start(id: string): Promise<void> {
    await this.#post(`${containerPath(id)}/start`, `start container ${shortId(id)}`, {}, 120);
  }

  /** Has no effect on one that does not run. @param signal as in `SIGTERM` */
  async kill(id: string, signal: string): Promise<void> {
    const operation = `send ${signal} to container ${shortId(id)}`;
    await this.#post(`${containerPath(id)}/kill`, operation, { signal }).catch((error: unknown) => {
      // It has ended, or was removed, meanwhile.
      if (!isStatus(error, 404, 409) || /paused/i.test(error.said)) throw error;
    });
  }

  /** Ends the process of a container by its stop signal, and starts it again. */
  async restart(id: string): Promise<void> {
    await this.#post(`${containerPath(id)}/restart`, `restart container ${shortId(id)}`, {}, 120);
  }

  async pause(id: string): Promise<void> {
    await this.#post(`${containerPath(id)}/pause`, `pause container ${shortId(id)}`);
  }

  async unpause(id: string): Promise<void> {
    await this.#post(`${containerPath(id)}/unpause`, `unpause container ${shortId(id)}`);
  }

  async rename(id: string, name: string): Promise<void> {
    await this.#post(`${containerPath(id)}/rename`, `rename container ${shortId(id)}`, { name });
  }

  /** Removes a container, even if it runs, with its anonymous volumes. Has no effect if there is none. */
  async removeContainer(id: string): Promise<void> {
    const operation = `remove container ${shortId(id)}`;
    const request = {
      method: 'DELETE',
      path: containerPath(id),
      query: { force: true, v: true },
      operation,
      timeout: 60,
    } as const;
    await this.#api.request(request).catch((error: unknown) => {
      // 409: another removal is under way.
      if (!isStatus(error, 404) && !(isStatus(error, 409) && /already in progress/i.test(error.said))) throw error;
    });
  }

  listNetworks(labels: LabelFilter, signal?: AbortSignal | undefined): Promise<readonly Network[]> {
    const query = { filters: { label: labelFilter(labels) } };
    return this.#api.request({ path: '/networks', query, operation: 'list networks', signal });
  }

  async createNetwork(name: string, labels: Labels, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const body = { Name: name, CheckDuplicate: true, Driver: 'bridge', Labels: labels, ...more };
    const request = { method: 'POST', path: '/networks/create', body, operation: `create network ${name}` } as const;
    return (await this.#api.request<{ readonly Id: string }>(request)).Id;
  }

  /** Returns undefined if there is no such network. */
  async inspectNetwork(id: string): Promise<Network | undefined> {
    const operation = `inspect network ${shortId(id)}`;
    return unlessAbsent(this.#api.request({ path: `/networks/${id}`, operation }));
  }

  /** Has no effect if there is no such network. */
  async removeNetwork(id: string): Promise<void> {
    const request = { method: 'DELETE', path: `/networks/${id}`, operation: `remove network ${shortId(id)}` } as const;
    await unlessAbsent(this.#api.request(request));
  }

  async listVolumes(labels: LabelFilter, signal?: AbortSignal | undefined): Promise<readonly Volume[]> {
    const query = { filters: { label: labelFilter(labels) } };
    const request = { path: '/volumes', query, operation: 'list volumes', signal } as const;
    return (await this.#api.request<{ readonly Volumes: readonly Volume[] | null }>(request)).Volumes ?? [];
  }

  /** Has no effect if the volume exists. */
  async createVolume(body: unknown): Promise<void> {
    await this.#api.request({ method: 'POST', path: '/volumes/create', body, operation: 'create a volume' });
  }

  /** Has no effect if there is no such volume. */
  async removeVolume(name: string): Promise<void> {
    const path = `/volumes/${encodeURIComponent(name)}`;
    await unlessAbsent(this.#api.request({ method: 'DELETE', path, operation: `remove volume ${name}` }));
  }

  /** Resolves once every later event of containers with these labels is reported. It ends when the connection does. */
  async openEvents(labels: LabelFilter, signal: AbortSignal): Promise<AsyncIterable<readonly EngineEvent[]>> {
    const query = { filters: { type: ['container'], label: labelFilter(labels) } };
    return this.#api.documents<EngineEvent>({
      path: '/events',
      query,
      operation: 'report events',
      signal,
      lasts: true,
    });
  }

  /** The log of a container with a time before each message; undefined if there is no such container. */
  logs(
    id: string,
    { follow, tail, since }: LogQuery,
    signal?: AbortSignal | undefined,
  ): Promise<IncomingMessage | undefined> {
    const query = { stdout: true, stderr: true, timestamps: true, follow, tail, since };
    const operation = `read the log of container ${shortId(id)}`;
    return unlessAbsent(this.#api.stream({ path: `${containerPath(id)}/logs`, query, operation, signal, lasts: true }));
  }

  async createExec(id: string, body: unknown): Promise<string> {
    const operation = `run a command in container ${shortId(id)}`;
    const request = { method: 'POST', path: `${containerPath(id)}/exec`, body, operation } as const;
    return (await this.#api.request<{ readonly Id: string }>(request)).Id;
  }

  startExec(
    exec: string,
    { tty, signal }: { readonly tty: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<Duplex> {
    const body = { Detach: false, Tty: tty };
    return this.#api.hijack({
      method: 'POST',
      path: `/exec/${exec}/start`,
      body,
      operation: 'start a command',
      signal,
    });
  }

  inspectExec(
    exec: string,
  ): Promise<{ readonly Running: boolean; readonly ExitCode: number | null; readonly Pid?: number }> {
    return this.#api.request({ path: `/exec/${exec}/json`, operation: 'say how a command ended' });
  }

  async resizeExec(exec: string, columns: number, rows: number): Promise<void> {
    await this.#post(`/exec/${exec}/resize`, 'resize a terminal', { h: rows, w: columns });
  }

  attach(
    id: string,
    { stdin, signal }: { readonly stdin: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<Duplex> {
    const query = { stream: true, stdin, stdout: true, stderr: true };
    const operation = `attach to container ${shortId(id)}`;
    return this.#api.hijack({ method: 'POST', path: `${containerPath(id)}/attach`, query, operation, signal });
  }

  async resize(id: string, columns: number, rows: number): Promise<void> {
    await this.#post(`${containerPath(id)}/resize`, 'resize a terminal', { h: rows, w: columns });
  }

  /** Unpacks a tar archive in a folder of a container, which need not run. */
  async upload(id: string, folder: string, archive: Readable, signal?: AbortSignal | undefined): Promise<void> {
    await this.#api.request({
      method: 'PUT',
      path: `${containerPath(id)}/archive`,
      query: { path: folder, noOverwriteDirNonDir: true },
      upload: { stream: archive, type: 'application/x-tar' },
      operation: `copy files into container ${shortId(id)}`,
      timeout: null,
      lasts: true,
      signal,
    });
  }

  /** What a container uses, about once a second. */
  async stats(id: string, signal: AbortSignal): Promise<AsyncIterable<readonly unknown[]>> {
    const request = { path: `${containerPath(id)}/stats`, query: { stream: true }, signal, lasts: true } as const;
    return this.#api.documents({ ...request, operation: `measure container ${shortId(id)}` });
  }

  /** What is at a path of a container, which need not run; undefined if there is nothing. */
  async pathInfo(id: string, path: string, signal?: AbortSignal | undefined): Promise<PathInfo | undefined> {
    const request = { method: 'HEAD', path: `${containerPath(id)}/archive`, query: { path }, signal } as const;
    const operation = `look up ${path} in container ${shortId(id)}`;
    const response = await unlessAbsent(this.#api.stream({ ...request, operation }));
    response?.resume();
    const header = response?.headers['x-docker-container-path-stat'];
    return typeof header === 'string' ? parsePathInfo(header) : undefined;
  }

  /** A file or folder of a container as a tar archive; undefined if there is none. */
  download(id: string, path: string, signal?: AbortSignal | undefined): Promise<IncomingMessage | undefined> {
    const operation = `copy files from container ${shortId(id)}`;
    return unlessAbsent(
      this.#api.stream({ path: `${containerPath(id)}/archive`, query: { path }, operation, signal, lasts: true }),
    );
  }

  close(): void {
    this.#api.close();
  }

  #post(path: string, operation: string, query: Readonly<Record<string, string | number>> = {}, timeout = 30) {
    return this.#api.request<unknown>({ method: 'POST', path, query, operation, timeout });
  }
}

/** An id as the docker command shows it; a name stays. */
export function shortId(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id;
}

function containerPath(id: string): string {
  return `/containers/${encodeURIComponent(id)}`;
}

function labelFilter(labels: LabelFilter): string[] {
  return Object.entries(labels).map(([name, value]) => (value === undefined ? name : `${name}=${value}`));
}
