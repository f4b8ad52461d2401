import { setTimeout as delay } from 'node:timers/promises';
import type { WatchOptions } from '../../../engine/cluster.ts';
import type { WatchEvent } from '../../../engine/watch.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { type ListWatchEvent, listAndWatch } from '../api/list-watch.ts';
import { labels, managedSelector } from '../labels.ts';
import { mergeStreams } from '../merge-streams.ts';
import { ExperimentIndex, type IndexedKind, indexedKinds } from './experiment-index.ts';
import { recordSelector } from './find-experiments.ts';
import { LogReadiness } from './log-readiness.ts';
import { slim } from './slim.ts';
import { WaitingEvents } from './waiting-events.ts';

/** Milliseconds in which changes are gathered: of thousands of pods that start, each comes in several steps. */
const gathering = 50;

type Tagged = { readonly kind: IndexedKind; readonly event: ListWatchEvent } | 'look';

/** A full snapshot, then changes, from one list and watch of each kind. @throws SymphonyError if it may not be seen */
export async function* watchExperiments(
  client: KubeClient,
  namespace: string | undefined,
  options: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const own = new AbortController();
  const signal = options.signal === undefined ? own.signal : AbortSignal.any([options.signal, own.signal]);
  const index = new ExperimentIndex();
  const readiness = new LogReadiness(client, signal);
  const listed = new Set<IndexedKind>();
  const stale = new Set<IndexedKind>();
  const looks = new Looks(signal);
  const events = new WaitingEvents(client, signal, () => looks.soon());
  const streams = indexedKinds.map((kind) => tagged(client, kind, namespace, options.experiment, signal));
  let hasBegun = false;
  try {
    for await (const item of mergeStreams<Tagged>([...streams, looks.stream()])) {
      if (signal.aborted) return;
      if (item === 'look') {
        yield* index.changes();
        readiness.look(index);
        events.look(index);
        continue;
      }
      const { kind, event } = item;
      if (event.type === 'stale') {
        stale.add(kind);
        if (stale.size === 1) yield event;
      } else if (event.type === 'fresh') {
        if (stale.delete(kind) && stale.size === 0) yield event;
      } else {
        apply(index, kind, event);
        if (event.type === 'list') listed.add(kind);
        if (hasBegun) looks.soon();
        else if (listed.size === indexedKinds.length) {
          hasBegun = true;
          yield { type: 'snapshot', experiments: index.snapshots() };
          readiness.look(index);
          events.look(index);
        }
      }
    }
  } finally {
    own.abort();
  }
}

async function* tagged(
  client: KubeClient,
  kind: IndexedKind,
  namespace: string | undefined,
  experiment: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Tagged> {
  const labelSelector = selectorOf(kind, experiment);
  for await (const event of listAndWatch(client, { kind, namespace, labelSelector, keep: slim, signal }))
    yield { kind, event };
}

export function selectorOf(kind: IndexedKind, experiment: string | undefined): string {
  const all = kind === 'ConfigMap' ? recordSelector : managedSelector;
  return experiment === undefined ? all : `${all},${labels.experiment}=${experiment}`;
}

function apply(index: ExperimentIndex, kind: IndexedKind, event: ListWatchEvent): void {
  if (event.type === 'list') index.replace(kind, event.items);
  else if (event.type === 'put') index.put(kind, slim(event.object));
  else if (event.type === 'removed') index.remove(kind, event.object);
}

/** Says when it is time to look at what changed: soon after the first change, and not at each. */
class Looks {
  readonly #signal: AbortSignal;
  #wake = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake.resolve(), { once: true });
  }

  soon(): void {
    this.#wake.resolve();
  }

  async *stream(): AsyncGenerator<'look'> {
    while (!this.#signal.aborted) {
      await this.#wake.promise;
      await delay(gathering, undefined, { signal: this.#signal }).catch(() => undefined);
      if (this.#signal.aborted) return;
      this.#wake = Promise.withResolvers();
      yield 'look';
    }
  }
}
