import { setTimeout as delay } from 'node:timers/promises';
import type { WatchOptions } from '../../../engine/contract/backend.ts';
import type { WatchEvent } from '../../../engine/contract/watch.ts';
import { mergeStreams } from '../../kit/logs/merge-streams.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import { type ListWatchEvent, listAndWatch } from '../api/list-watch.ts';
import { slim } from '../status/pod-json.ts';
import { AbandonedLaunches } from './abandoned-launches.ts';
import { ExperimentIndex, type IndexedKind, indexedKinds } from './experiment-index.ts';
import { type ExperimentLocation, splitName } from './experiment-names.ts';
import { namespacesOf, type Scope } from './find-experiments.ts';
import { confirmRecords, findLocation, rethrowUnlessForbidden, selectorOf } from './list-experiments.ts';
import { LogReadiness } from './log-readiness.ts';
import { WaitingEvents } from './waiting-events.ts';

/**
 * Changes are collected for this many milliseconds, because each of thousands of starting pods changes in several
 * steps.
 */
const debounceMilliseconds = 50;

interface TaggedEvent {
  /** Identifies the list and watch that the event came from. */
  readonly stream: string;
  readonly kind: IndexedKind;
  readonly namespace: string | undefined;
  readonly event: ListWatchEvent;
}

/**
 * Yields a full snapshot, then changes, from one list and watch per kind.
 * @throws SymphonyError if this user may not list the objects
 */
export async function* watchExperiments(
  client: KubeClient,
  scope: Scope,
  options: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const own = new AbortController();
  const signal = options.signal === undefined ? own.signal : AbortSignal.any([options.signal, own.signal]);
  const { watched, alias } = await narrowWatch(client, scope, options.experiment, { signal });
  const index = new ExperimentIndex({ ...scope, alias, now: () => client.now });
  const readiness = new LogReadiness(client, signal);
  const listed = new Set<string>();
  const stale = new Set<string>();
  const debounce = new Debounce(signal);
  const launches = new AbandonedLaunches(client, signal, () => debounce.trigger());
  const records = new RecordSearch(client, signal, () => debounce.trigger());
  const events = new WaitingEvents(client, signal, () => debounce.trigger());
  const streams = watched.flatMap((namespace) =>
    indexedKinds
      // Namespaces can be listed only if all of them are in scope.
      .filter((kind) => kind !== 'Namespace' || scope.namespaces === undefined)
      .map((kind) => watchKind(client, kind, namespace, alias?.location.experiment ?? options.experiment, signal)),
  );
  let hasBegun = false;
  try {
    for await (const item of mergeStreams<TaggedEvent | 'changed'>([...streams, debounce.stream()])) {
      if (signal.aborted) return;
      if (item === 'changed') {
        yield* index.changes();
        records.scan(index);
        launches.scan(index);
        readiness.scan(index);
        events.scan(index);
        continue;
      }
      const { stream, event } = item;
      if (event.type === 'stale') {
        stale.add(stream);
        if (stale.size === 1) yield event;
      } else if (event.type === 'fresh') {
        if (stale.delete(stream) && stale.size === 0) yield event;
      } else {
        apply(index, item, event);
        if (event.type === 'list') listed.add(stream);
        if (hasBegun) debounce.trigger();
        else if (listed.size === streams.length) {
          hasBegun = true;
          await confirmRecords(client, index, { signal });
          yield { type: 'snapshot', experiments: index.snapshots() };
          launches.scan(index);
          readiness.scan(index);
          events.scan(index);
        }
      }
    }
  } finally {
    own.abort();
  }
}

async function* watchKind(
  client: KubeClient,
  kind: IndexedKind,
  namespace: string | undefined,
  experiment: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<TaggedEvent> {
  const labelSelector = selectorOf(kind, experiment);
  const stream = `${kind} ${namespace ?? ''}`;
  // An experiment's own namespace is selected by its name.
  const where =
    kind === 'Namespace'
      ? namespace === undefined
        ? {}
        : { fieldSelector: `metadata.name=${namespace}` }
      : { namespace };
  try {
    for await (const event of listAndWatch(client, { kind, ...where, labelSelector, keep: slim, signal }))
      yield { stream, kind, namespace, event };
  } catch (error) {
    if (kind !== 'Namespace') throw error;
    rethrowUnlessForbidden(error);
    yield { stream, kind, namespace, event: { type: 'list', items: [] } };
  }
}

/**
 * The namespaces to watch for the experiment of that name, and its reported name. An experiment that does not exist yet
 * is watched for in the whole scope.
 * @throws SymphonyError `ambiguous`
 */
async function narrowWatch(client: KubeClient, scope: Scope, name: string | undefined, options: CallOptions) {
  if (name === undefined) return { watched: namespacesOf(scope) };
  const location: ExperimentLocation | undefined = await findLocation(client, scope, name, options);
  const { experiment, namespace } = splitName(name);
  if (location !== undefined) return { watched: [location.namespace], alias: { location, name } };
  if (namespace !== undefined) return { watched: [namespace], alias: { location: { experiment, namespace }, name } };
  return { watched: namespacesOf(scope) };
}

function apply(index: ExperimentIndex, { kind, namespace }: TaggedEvent, event: ListWatchEvent): void {
  if (event.type === 'list') index.replace(kind, event.items, namespace);
  else if (event.type === 'put') index.put(kind, slim(event.object));
  else if (event.type === 'removed') index.remove(kind, event.object);
}

/** Searches for missing records, one search at a time. */
class RecordSearch {
  readonly #client: KubeClient;
  readonly #signal: AbortSignal;
  readonly #onFound: () => void;
  #isLooking = false;

  constructor(client: KubeClient, signal: AbortSignal, onFound: () => void) {
    this.#client = client;
    this.#signal = signal;
    this.#onFound = onFound;
  }

  scan(index: ExperimentIndex): void {
    if (this.#isLooking || index.unconfirmed().length === 0) return;
    this.#isLooking = true;
    confirmRecords(this.#client, index, { signal: this.#signal })
      // The watch reports an unavailable server and lists again later.
      .catch(() => undefined)
      .finally(() => {
        this.#isLooking = false;
        this.#onFound();
      });
  }
}

/** Debounces changes: yields once a short while after the first change, not for each change. */
class Debounce {
  readonly #signal: AbortSignal;
  #wake = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake.resolve(), { once: true });
  }

  trigger(): void {
    this.#wake.resolve();
  }

  async *stream(): AsyncGenerator<'changed'> {
    while (!this.#signal.aborted) {
      await this.#wake.promise;
      await delay(debounceMilliseconds, undefined, { signal: this.#signal }).catch(() => undefined);
      if (this.#signal.aborted) return;
      this.#wake = Promise.withResolvers();
      yield 'changed';
    }
  }
}
