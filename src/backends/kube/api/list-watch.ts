import { setTimeout as delay } from 'node:timers/promises';
import { toSymphonyError } from '../../../engine/contract/errors.ts';
import { JsonLineSplitter } from '../../kit/logs/json-line-splitter.ts';
import { isStatus, type KubeStatus } from './api-error.ts';
import { IdleTimeout } from './connection/idle-timeout.ts';
import type { Query } from './kube-api.ts';
import type { KubeClient } from './kube-client.ts';
import type { KubeList, KubeObject } from './kube-object.ts';
import { inNamespaces, type Kind, listPath, pluralOf } from './resource-path.ts';

/**
 * Events of a list and watch. The first is a `list` of all objects; a later `list` replaces all known ones. `stale`
 * means that the server does not answer, until `fresh`.
 */
export type ListWatchEvent =
  | { readonly type: 'list'; readonly items: readonly KubeObject[] }
  | { readonly type: 'put'; readonly object: KubeObject }
  | { readonly type: 'removed'; readonly object: KubeObject }
  | { readonly type: 'stale'; readonly since: string; readonly reason: string }
  | { readonly type: 'fresh' };

export interface ListWatchOptions {
  readonly kind: Kind;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Reduces a listed object to the part to keep; by default all of it. */
  readonly keep?: (object: KubeObject) => KubeObject;
  readonly signal: AbortSignal;
}

/** Objects per page. */
const pageSize = 500;

/** Seconds after which the server ends a watch, so that none depends on a connection that died unnoticed. */
const watchTimeoutSeconds = 290;
/** A watch is given up after this many seconds without data; the server sends a bookmark each minute. */
const idleTimeoutSeconds = 150;
const initialRetryDelayMilliseconds = 100;
const maxRetryDelayMilliseconds = 5_000;
/** A watch that ends sooner is followed by a pause of this length. */
const minWatchMilliseconds = 1_000;

interface WatchRecord {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/**
 * Lists once, then watches; nothing is polled. It survives dropped connections, server timeouts, restarts of the API
 * server and a machine that slept by resuming from the last version, and an expired version (410) by listing again.
 * Ends when the signal aborts.
 * @throws SymphonyError if the first list fails, or a later one is forbidden
 */
export async function* listAndWatch(client: KubeClient, options: ListWatchOptions): AsyncGenerator<ListWatchEvent> {
  const { signal } = options;
  let version: string | undefined;
  let hasListed = false;
  let failures = 0;
  let isStale = false;
  let heard = new Date();
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const { metadata, items } = await listAll(client, options);
        version = metadata.resourceVersion;
        hasListed = true;
        if (isStale) yield { type: 'fresh' };
        isStale = false;
        yield { type: 'list', items };
      }
      const begun = performance.now();
      for await (const record of watchFrom(client, options, version)) {
        heard = new Date();
        failures = 0;
        if (isStale) yield { type: 'fresh' };
        isStale = false;
        if (record === 'opened') continue;
        version = record.object.metadata.resourceVersion ?? version;
        if (record.type === 'DELETED') yield { type: 'removed', object: record.object };
        else if (record.type !== 'BOOKMARK') yield { type: 'put', object: record.object };
      }
      // A proxy may end each watch at once; the pause prevents a busy loop.
      if (performance.now() - begun < minWatchMilliseconds) await pause(minWatchMilliseconds, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isStatus(error, 410)) {
        version = undefined;
        await pause(initialRetryDelayMilliseconds, signal);
        continue;
      }
      if (!hasListed || isStatus(error, 403)) throw error;
      failures += 1;
      // A single failure is a dropped connection; the data is stale only if reconnecting fails.
      if (failures > 1 && !isStale) {
        isStale = true;
        yield { type: 'stale', since: heard.toISOString(), reason: toSymphonyError(error).message };
      }
      await pause(Math.min(initialRetryDelayMilliseconds * 2 ** (failures - 1), maxRetryDelayMilliseconds), signal);
    }
  }
}

/**
 * Waits for about this many milliseconds, with jitter so that clients do not return all at once. An abort ends the
 * wait.
 */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
}

/**
 * Lists one consistent version page by page, so that discarded fields of thousands of objects do not fill the memory.
 */
async function listAll(client: KubeClient, options: ListWatchOptions): Promise<KubeList> {
  const { kind, namespace, keep = (object) => object, signal } = options;
  const items: KubeObject[] = [];
  for (let from: string | undefined; ; ) {
    const query = { ...selectors(options), limit: pageSize, continue: from };
    const page = await client.list(kind, { namespace, query, signal, once: true });
    items.push(...page.items.map(keep));
    from = page.metadata.continue || undefined;
    if (from === undefined) return { metadata: page.metadata, items };
  }
}

function selectors({ labelSelector, fieldSelector }: ListWatchOptions): Query {
  return { labelSelector, fieldSelector };
}

/** Ends when the server ends the watch; throws if the connection does, and ApiError 410 if the version has expired. */
async function* watchFrom(
  client: KubeClient,
  options: ListWatchOptions,
  version: string,
): AsyncGenerator<WatchRecord | 'opened'> {
  const operation = `watch ${pluralOf(options.kind)}${inNamespaces(options.kind, options.namespace)}`;
  const own = new AbortController();
  const idleTimeout = new IdleTimeout(idleTimeoutSeconds, () => own.abort());
  const response = await client
    .stream({
      path: listPath(options.kind, options.namespace),
      query: {
        ...selectors(options),
        watch: true,
        resourceVersion: version,
        allowWatchBookmarks: true,
        timeoutSeconds: watchTimeoutSeconds,
      },
      operation,
      signal: AbortSignal.any([options.signal, own.signal]),
    })
    .catch((error) => {
      idleTimeout.stop();
      throw error;
    });
  try {
    yield 'opened';
    for await (const record of readRecords(response, () => idleTimeout.reset())) {
      if (record.type === 'ERROR') throw client.refusal(record.object as KubeStatus, operation);
      yield record;
    }
  } finally {
    idleTimeout.stop();
    response.destroy();
  }
}

async function* readRecords(chunks: AsyncIterable<Buffer>, onBytes: () => void): AsyncGenerator<WatchRecord> {
  const splitter = new JsonLineSplitter();
  for await (const chunk of chunks) {
    onBytes();
    yield* splitter.push(chunk) as WatchRecord[];
  }
}
