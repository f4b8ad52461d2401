import type { StoreApi } from 'zustand/vanilla';
import type { Cluster } from '../../engine/cluster.ts';
import type { WatchEvent } from '../../engine/watch.ts';
import { applyEvents, condenseEvents } from './model.ts';
import { createPulse } from './pulse.ts';
import type { AppState } from './state.ts';
import { watchForever } from './watch-feed.ts';

/** Milliseconds between two changes of the picture that come from the cluster; keys are drawn at once. */
export const feedInterval = 100;

/** Fills the state from a cluster's watch, until the returned function is called. */
export function startClusterFeed(store: StoreApi<AppState>, cluster: Cluster): () => void {
  const controller = new AbortController();
  let waiting: WatchEvent[] = [];

  const pulse = createPulse(feedInterval, () => {
    const events = waiting;
    waiting = [];
    if (controller.signal.aborted) return;
    const connection = events.reduce<AppState['connection']>(nextConnection, store.getState().connection);
    store.setState(({ model }) => ({
      model: applyEvents(model, condenseEvents(events)),
      connection,
      now: Date.now(),
    }));
  });

  void (async () => {
    for await (const event of watchForever(cluster, controller.signal)) {
      waiting.push(event);
      if (waiting.length > condenseAbove) waiting = keepConnection(waiting);
      pulse.request();
    }
  })();

  return () => {
    controller.abort();
    pulse.stop();
  };
}

const condenseAbove = 1000;

/** Condensed, with the last word on the connection. */
function keepConnection(events: readonly WatchEvent[]): WatchEvent[] {
  const last = events.findLast(({ type }) => type === 'stale' || type === 'fresh');
  return [...condenseEvents(events), ...(last === undefined ? [] : [last])];
}

function nextConnection(connection: AppState['connection'], event: WatchEvent): AppState['connection'] {
  if (event.type === 'stale') return { kind: 'stale', since: event.since, reason: event.reason };
  if (event.type === 'fresh' || event.type === 'snapshot') return { kind: 'live' };
  return connection;
}
