import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreApi } from 'zustand/vanilla';
import type { Cluster } from '../../../engine/client/cluster.ts';
import type { ViewRegistry } from '../context/context.ts';
import { addSample } from '../store/measurements.ts';
import { type AppState, topView } from '../store/state.ts';

const retrySeconds = 10;

/** Measures the processes of an experiment only while the screen shows them. @returns stops the feed */
export function startMetricsFeed(store: StoreApi<AppState>, views: ViewRegistry): () => void {
  let last: { readonly cluster: Cluster; readonly experiment: string } | undefined;
  let shown:
    | { readonly cluster: Cluster; readonly experiment: string; readonly controller: AbortController }
    | undefined;

  function follow(state: AppState): void {
    const view = topView(state);
    const experiment =
      views.kindOf(view).showsMetrics && state.cluster?.capabilities.metrics !== undefined
        ? view.experiment
        : undefined;
    if (shown?.experiment === experiment && shown?.cluster === (experiment && state.cluster)) return;
    shown?.controller.abort();
    shown = undefined;
    if (experiment === undefined || state.cluster === undefined) return;
    const started = { cluster: state.cluster, experiment, controller: new AbortController() };
    shown = started;
    const isOther = last?.cluster !== started.cluster || last.experiment !== experiment;
    last = started;
    if (isOther) store.setState({ measurements: new Map() });
    void measure(store, started.cluster, experiment, started.controller.signal);
  }

  follow(store.getState());
  const unsubscribe = store.subscribe(follow);
  return () => {
    unsubscribe();
    shown?.controller.abort();
  };
}

async function measure(
  store: StoreApi<AppState>,
  cluster: Cluster,
  experiment: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const sample of cluster.capabilities.metrics?.metrics(experiment, { signal }) ?? []) {
        if (signal.aborted) return;
        store.setState(({ measurements }) => ({ measurements: addSample(measurements, sample) }));
      }
    } catch {
      // Measurements are optional: without them their columns are empty, and the watch reports what is wrong.
    }
    await sleep(retrySeconds * 1000, undefined, { signal }).catch(() => {});
  }
}
