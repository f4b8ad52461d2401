import { SymphonyError } from '../../../engine/contract/errors.ts';
import { type ClusterEvent, type EventsOptions, selectEvents } from '../../../engine/contract/events.ts';
import { formatProcess, type ProcessStatus } from '../../../engine/contract/status.ts';
import type { WatchEvent } from '../../../engine/contract/watch.ts';
import { mergeStreams } from '../../kit/logs/merge-streams.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type ListWatchEvent, listAndWatch } from '../api/list-watch.ts';
import { containerRuns } from '../status/pod-runs.ts';
import { memberKey, newestPod } from '../status/process-pods.ts';
import type { ListedExperiment } from '../watch/list-experiments.ts';
import { type EventScope, toClusterEvent } from './cluster-event.ts';
import { newestRun, stateEvents } from './state-events.ts';

export interface EventsSource {
  readonly client: KubeClient;
  /** Lists the experiment anew. */
  readonly read: () => Promise<ListedExperiment>;
  /** Watches the experiment of this name. */
  readonly watch: (name: string, signal: AbortSignal) => AsyncIterable<WatchEvent>;
}

/** Yields the events of an experiment so far, and with `follow` new ones until it is deleted. */
export async function* experimentEvents(
  source: EventsSource,
  options: EventsOptions = {},
): AsyncGenerator<ClusterEvent> {
  const listed = await source.read();
  const seen = new SeenEvents();
  const scope = scopeOf(listed);
  const { items } = await source.client.list('Event', { namespace: scope.location.namespace });
  // Of an event that is derived and was also written, the derived one tells more.
  const soFar = [...derivedEvents(listed), ...items.flatMap((item) => toClusterEvent(item, scope) ?? [])];
  yield* selectEvents(
    soFar.filter((event) => seen.add(event)),
    options,
  );
  if (options.follow) yield* followEvents(source, listed, scope, seen, options.signal);
}

function scopeOf({ entry }: ListedExperiment): EventScope {
  const launchedAt = entry.object?.metadata.creationTimestamp ?? new Date(0).toISOString();
  return { location: entry.known.location, processes: entry.processes, launchedAt };
}

/** What the pods tell of their runs. */
function derivedEvents({ index, entry }: ListedExperiment): ClusterEvent[] {
  const resolved = new Map(entry.processes.map((one) => [formatProcess(one), one]));
  return entry.statuses.flatMap((status) => {
    const alive = resolved.get(formatProcess(status))?.alive ?? null;
    const pod = newestPod(index.pods(entry, memberKey(status)));
    const runs = pod === undefined ? [] : containerRuns(pod, status.name, { events: index.events(pod), alive });
    return stateEvents(entry.record.launchId, status, runs, undefined);
  });
}

async function* followEvents(
  { client, read, watch }: EventsSource,
  { entry }: ListedExperiment,
  first: EventScope,
  seen: SeenEvents,
  outer: AbortSignal | undefined,
): AsyncGenerator<ClusterEvent> {
  const over = new AbortController();
  const signal = outer === undefined ? over.signal : AbortSignal.any([outer, over.signal]);
  let scope = first;
  const { namespace } = scope.location;
  const { launchId } = entry.record;
  /** The statuses after a change; undefined once the launch is gone. A scaled experiment has other processes. */
  async function followed(change: WatchEvent): Promise<readonly ProcessStatus[] | undefined> {
    if (change.type !== 'changed' || !change.replaced) return statusesOf(change);
    const now = await read().catch((error) => {
      if (error instanceof SymphonyError && error.code === 'not-found') return undefined;
      throw error;
    });
    if (now?.entry.record.launchId !== launchId) return undefined;
    scope = scopeOf(now);
    return change.processes;
  }
  async function* clusterEvents() {
    for await (const change of listAndWatch(client, { kind: 'Event', namespace, signal }))
      yield objectsOf(change).flatMap((object) => toClusterEvent(object, scope) ?? []);
  }
  async function* ownEvents() {
    let isFirst = true;
    for await (const change of watch(entry.name, signal)) {
      const statuses = await followed(change);
      if (statuses === undefined) {
        over.abort();
        return;
      }
      const derive = (now: number | undefined) =>
        statuses.flatMap((status) => stateEvents(launchId, status, newestRun(status), now));
      const timed = derive(undefined);
      if (isFirst) yield timed;
      // A state that was there from the beginning, and of which nothing tells since when, is no event.
      const all = derive(Date.now());
      if (isFirst) for (const event of all) seen.add(event);
      else yield all;
      isFirst = false;
    }
  }
  try {
    for await (const events of mergeStreams<readonly ClusterEvent[]>([clusterEvents(), ownEvents()]))
      for (const event of events) if (seen.add(event)) yield event;
  } catch (error) {
    // A watch that an abort has caught before its first answer fails.
    if (!signal.aborted) throw error;
  } finally {
    over.abort();
  }
}

function objectsOf(change: ListWatchEvent): readonly KubeObject[] {
  if (change.type === 'list') return change.items;
  return change.type === 'put' ? [change.object] : [];
}

/** The statuses that a change of the one watched experiment reports; undefined once it is gone. */
function statusesOf(change: WatchEvent): readonly ProcessStatus[] | undefined {
  if (change.type === 'changed') return change.processes;
  if (change.type === 'snapshot') return change.experiments[0]?.processes;
  return change.type === 'deleted' ? undefined : [];
}

/** The number of events that are recognized when they are told again. */
const maxSeen = 20_000;

/** Tells new events, and repetitions that Kubernetes has counted, from known ones. */
class SeenEvents {
  readonly #keys = new Set<string>();

  /** @returns whether it is new */
  add({ id, count }: ClusterEvent): boolean {
    const key = `${id} ${count}`;
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    if (this.#keys.size > maxSeen) this.#keys.delete(this.#keys.keys().next().value as string);
    return true;
  }
}
