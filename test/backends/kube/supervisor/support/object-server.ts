import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { KubeObject } from '../../../../../src/backends/kube/api/kube-object.ts';
import { refuse } from '../../api/support/api-server.ts';

type Change = 'ADDED' | 'MODIFIED' | 'DELETED';

interface Watcher {
  readonly plural: string;
  readonly matches: (object: KubeObject) => boolean;
  readonly response: ServerResponse;
}

/** The objects of one namespace, as an API server keeps them, and a node that runs the pods. */
export class ObjectServer {
  readonly objects = new Map<string, KubeObject>();
  /** The times of the newest lines in the logs, by pod, in ISO 8601. */
  readonly lastLines = new Map<string, string>();
  readonly #watchers = new Set<Watcher>();
  readonly #changes: {
    readonly version: number;
    readonly type: Change;
    readonly plural: string;
    readonly object: KubeObject;
  }[] = [];
  #version = 0;
  readonly answer: RequestListener = (request, response) => void this.#answer(request, response);

  put(plural: string, object: KubeObject): KubeObject {
    const key = `${plural}/${object.metadata.name}`;
    const known = this.objects.get(key);
    this.#version += 1;
    const { metadata } = object;
    const uid = metadata.uid ?? `uid-${this.#version}`;
    const creationTimestamp = metadata.creationTimestamp ?? now();
    const resourceVersion = String(this.#version);
    const stored = { ...object, metadata: { ...metadata, uid, creationTimestamp, resourceVersion } } as KubeObject;
    this.objects.set(key, stored);
    this.#tell(known === undefined ? 'ADDED' : 'MODIFIED', plural, stored);
    return stored;
  }

  /** Ends a pod at once, as its deletion does. */
  deletePod(name: string): void {
    const pod = this.objects.get(`pods/${name}`);
    if (pod === undefined) return;
    const ended = { ...ending(pod, 143), metadata: { ...pod.metadata, deletionTimestamp: now() } } as KubeObject;
    this.objects.delete(`pods/${name}`);
    this.#version += 1;
    this.#tell('DELETED', 'pods', {
      ...ended,
      metadata: { ...ended.metadata, resourceVersion: String(this.#version) },
    } as KubeObject);
  }

  all(plural: string): KubeObject[] {
    return [...this.objects].filter(([key]) => key.startsWith(`${plural}/`)).map(([, object]) => object);
  }

  #tell(type: Change, plural: string, object: KubeObject): void {
    this.#changes.push({ version: this.#version, type, plural, object });
    for (const watcher of this.#watchers)
      if (watcher.plural === plural && watcher.matches(object))
        watcher.response.write(`${JSON.stringify({ type, object })}\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const [plural = '', name, part] = pathname.split('/').slice(5);
    const found = this.objects.get(`${plural}/${name}`);
    const send = (object: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(object));
    if (name === undefined && request.method === 'POST') {
      const object = (await json(request)) as KubeObject;
      if (this.objects.has(`${plural}/${object.metadata.name}`))
        return refuse(409, 'AlreadyExists', 'exists')(request, response);
      send(this.put(plural, plural === 'pods' ? started(object) : object));
    } else if (name === undefined) {
      const matches = selector(searchParams);
      if (!searchParams.has('watch')) {
        const items = this.all(plural).filter(matches);
        return void send({ metadata: { resourceVersion: String(this.#version) }, items });
      }
      const watcher = { plural, matches, response };
      this.#watchers.add(watcher);
      response.on('close', () => this.#watchers.delete(watcher));
      response.flushHeaders();
      // A change between the list and the watch is told, too.
      const since = Number(searchParams.get('resourceVersion') ?? this.#version);
      for (const { version, type, plural: kind, object } of this.#changes)
        if (version > since && kind === plural && matches(object))
          response.write(`${JSON.stringify({ type, object })}\n`);
    } else if (found === undefined) refuse(404, 'NotFound', `${name} not found`)(request, response);
    else if (part === 'log') response.end(this.#log(name, searchParams));
    else if (request.method === 'GET') send(found);
    else if (request.method === 'DELETE') {
      this.objects.delete(`${plural}/${name}`);
      this.#version += 1;
      this.#tell('DELETED', plural, found);
      send({});
    } else {
      const patched = merge(found, await json(request)) as KubeObject;
      send(this.put(plural, patched.spec?.activeDeadlineSeconds === 1 ? ending(patched, 143) : patched));
    }
  }

  #log(pod: string, query: URLSearchParams): string {
    const time = this.lastLines.get(pod);
    const since = query.get('sinceSeconds');
    const isOld = since !== null && Date.parse(time ?? '') < Date.now() - Number(since) * 1000;
    return time === undefined || isOld ? '' : `${time} line\n`;
  }
}

const now = () => new Date().toISOString();

function selector(query: URLSearchParams): (object: KubeObject) => boolean {
  const wanted = (query.get('labelSelector') ?? '').split(',').filter(Boolean);
  const named = /^metadata\.name=(.*)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  return ({ metadata }) =>
    (named === undefined || metadata.name === named) &&
    wanted.every((part) => {
      const [key = '', value] = part.split('=');
      return metadata.labels?.[key] === value;
    });
}

/** A pod whose containers run. */
export function started(pod: KubeObject): KubeObject {
  const state = { running: { startedAt: now() } };
  const containerStatuses = pod.spec.containers.map(({ name }: { readonly name: string }) => ({
    name,
    restartCount: 0,
    ready: true,
    started: true,
    containerID: `c-${pod.metadata.name}-${name}`,
    state,
  }));
  return { ...pod, spec: { ...pod.spec, nodeName: 'node-1' }, status: { phase: 'Running', containerStatuses } };
}

/** A pod whose containers have ended. */
export function ending(pod: KubeObject, exitCode: number): KubeObject {
  const containerStatuses = (pod.status?.containerStatuses ?? []).map(
    // biome-ignore lint/suspicious/noExplicitAny: its fields depend on the Kubernetes release
    (container: any) => {
      const { startedAt } = container.state.running ?? container.state.terminated;
      const terminated = { exitCode, startedAt, finishedAt: now(), containerID: container.containerID };
      return { ...container, ready: false, state: container.state.running ? { terminated } : container.state };
    },
  );
  return { ...pod, status: { ...pod.status, phase: 'Failed', containerStatuses } };
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = { ...(target as Record<string, unknown>) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key] ?? {}, value);
  }
  return merged;
}
