import type { StoreApi } from 'zustand/vanilla';
import type { Cluster } from '../../../engine/client/cluster.ts';
import type { WatchEvent } from '../../../engine/contract/watch.ts';
import { applyEvents, condenseEvents } from '../store/model.ts';
import type { AppState } from '../store/state.ts';
import { watchForever } from './watch-feed.ts';

/** The events of a cluster since the last frame. */
export interface ClusterFeed {
  /** Applies the collected events to the state. */
  flush(): void;
  stop(): void;
}

/**
 * Collects the events of a cluster's watch.
 * @param changed called for each event; the caller may delay the flush
 */
export function startClusterFeed(store: StoreApi<AppState>, cluster: Cluster, changed: () => void): ClusterFeed {
  const controller = new AbortController();
  let waiting: WatchEvent[] = [];

  void (async () => {
    for await (const event of watchForever(cluster, controller.signal)) {
      waiting.push(event);
      if (waiting.length > maxWaitingEvents) waiting = keepConnection(waiting);
      changed();
    }
  })();

  return {
    flush() {
      const events = waiting;
      waiting = [];
      if (controller.signal.aborted || events.length === 0) return;
      const connection = events.reduce<AppState['connection']>(nextConnection, store.getState().connection);
      store.setState(({ model }) => ({
        model: applyEvents(model, condenseEvents(events)),
        connection,
        now: Date.now(),
      }));
    },
    stop: () => controller.abort(),
  };
}

const maxWaitingEvents = 1000;

/** Condenses events, but keeps the last one about the connection. */
function keepConnection(events: readonly WatchEvent[]): WatchEvent[] {
  const last = events.findLast(({ type }) => type === 'stale' || type === 'fresh');
  return [...condenseEvents(events), ...(last === undefined ? [] : [last])];
}

function nextConnection(connection: AppState['connection'], event: WatchEvent): AppState['connection'] {
  if (event.type === 'stale') return { kind: 'stale', since: event.since, reason: event.reason };
  if (event.type === 'fresh' || event.type === 'snapshot') return { kind: 'live' };
  return connection;
}
