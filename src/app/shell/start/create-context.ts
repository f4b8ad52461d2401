import type { StoreApi } from 'zustand/vanilla';
import type { Cluster } from '../../../engine/client/cluster.ts';
import type { AppContext } from '../context/context.ts';
import type { AppOptions } from '../context/options.ts';
import { createAsk } from '../dialogs/ask.ts';
import { createNotify } from '../dialogs/notify.ts';
import { startClock } from '../feeds/clock.ts';
import { type ClusterFeed, startClusterFeed } from '../feeds/cluster-feed.ts';
import { startMetricsFeed } from '../feeds/metrics-feed.ts';
import { startNoticesFeed } from '../feeds/notices-feed.ts';
import { createThrottle } from '../feeds/throttle.ts';
import { clamp } from '../lists/window.ts';
import { emptyModel } from '../store/model.ts';
import type { AppState } from '../store/state.ts';
import { resetViews } from '../store/view-updates.ts';
import type { TerminalControl } from '../terminal/terminal-control.ts';

/** The interval between two frames that no key requested; frames for keys are rendered at once. */
const minFrameIntervalMilliseconds = 100;
const maxFrameIntervalMilliseconds = 500;
/** The share of the time that frames without a key may take, so that a key rarely waits for one. */
const frameShare = 0.1;

/** The context of a running interface, and the end of its feeds and timers. */
export interface RunningContext extends AppContext {
  /** Records how long a frame took. */
  noteFrame(milliseconds: number): void;
  end(): Promise<void>;
}

export function createContext(
  options: AppOptions,
  store: StoreApi<AppState>,
  terminal: TerminalControl,
  { views, actions }: Pick<AppContext, 'views' | 'actions'>,
): RunningContext {
  const controller = new AbortController();
  const notify = createNotify(store, controller.signal);
  const ends = new Set<() => void | Promise<void>>();
  let feed: ClusterFeed | undefined;
  let isFrameRequested = false;
  let frameTime = 0;
  // One throttle for all changes without a key, so that changes of processes and lines of logs share a frame.
  const frameThrottle = createThrottle(
    () => clamp(frameTime / frameShare, minFrameIntervalMilliseconds, maxFrameIntervalMilliseconds),
    () => {
      feed?.flush();
      if (isFrameRequested) store.setState(({ revision }) => ({ revision: revision + 1 }));
      isFrameRequested = false;
    },
  );
  const stopClock = startClock(store, views);
  const stopMetrics = startMetricsFeed(store, views);
  const stopNotices = startNoticesFeed(store, options.desktopNotices, terminal);
  let leaveCluster: () => Promise<void> = async () => {};

  function enterCluster(cluster: Cluster, owned: boolean): void {
    void leaveCluster();
    resetViews(store, [views.home()]);
    store.setState({ cluster, model: emptyModel, connection: { kind: 'connecting' }, current: null });
    const own = startClusterFeed(store, cluster, () => frameThrottle.request());
    feed = own;
    leaveCluster = async () => {
      own.stop();
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
    views,
    actions,
    enterCluster,
    requestFrame() {
      isFrameRequested = true;
      frameThrottle.request();
    },
    onEnd(end) {
      ends.add(end);
      return () => ends.delete(end);
    },
    signal: controller.signal,
    noteFrame(milliseconds) {
      // Smoothed, because one slow frame does not mean a slow machine.
      frameTime += (milliseconds - frameTime) * 0.2;
    },
    async end() {
      controller.abort();
      stopClock();
      stopMetrics();
      stopNotices();
      frameThrottle.stop();
      notify.stop();
      resetViews(store, [views.home()]);
      await Promise.allSettled([leaveCluster(), ...[...ends].map(async (end) => end())]);
    },
  };
}
