import type { StoreApi } from 'zustand/vanilla';
import type { Cluster } from '../../engine/cluster.ts';
import { emptyList } from '../lists/list-state.ts';
import type { AppOptions } from '../options.ts';
import { createAsk } from './ask.ts';
import { startClock } from './clock.ts';
import { feedInterval, startClusterFeed } from './cluster-feed.ts';
import type { AppContext, TerminalControl } from './context.ts';
import { startMetricsFeed } from './metrics-feed.ts';
import { emptyModel } from './model.ts';
import { createNotify } from './notify.ts';
import { createPulse } from './pulse.ts';
import type { AppState } from './state.ts';
import { resetViews } from './view-updates.ts';

/** What actions work with, and the end of everything that goes on meanwhile. */
export interface RunningContext extends AppContext {
  end(): Promise<void>;
}

export function createContext(
  options: AppOptions,
  store: StoreApi<AppState>,
  terminal: TerminalControl,
): RunningContext {
  const controller = new AbortController();
  const notify = createNotify(store);
  const ends = new Set<() => void | Promise<void>>();
  const drawing = createPulse(feedInterval, () => store.setState(({ revision }) => ({ revision: revision + 1 })));
  const stopClock = startClock(store);
  const stopMetrics = startMetricsFeed(store);
  let leaveCluster: () => Promise<void> = async () => {};

  function enterCluster(cluster: Cluster, owned: boolean): void {
    void leaveCluster();
    resetViews(store, [{ kind: 'experiments', list: emptyList }]);
    store.setState({ cluster, model: emptyModel, connection: { kind: 'connecting' }, current: null });
    const stopFeed = startClusterFeed(store, cluster);
    leaveCluster = async () => {
      stopFeed();
      if (owned) await cluster.close();
    };
    cluster.currentExperiment().then(
      (current) => {
        if (store.getState().cluster === cluster) store.setState({ current });
      },
      (error: unknown) => notify.error(error),
    );
  }

  return {
    options,
    store,
    ask: createAsk(store),
    notify,
    terminal,
    enterCluster,
    touch: () => drawing.request(),
    onEnd(end) {
      ends.add(end);
      return () => ends.delete(end);
    },
    signal: controller.signal,
    async end() {
      controller.abort();
      stopClock();
      stopMetrics();
      drawing.stop();
      notify.stop();
      resetViews(store, [{ kind: 'experiments', list: emptyList }]);
      await Promise.allSettled([leaveCluster(), ...[...ends].map(async (end) => end())]);
    },
  };
}
