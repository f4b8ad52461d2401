import type { RunLifecycle } from './run-lifecycle.ts';
import type { RunsContext } from './runs-context.ts';

/** Ends the runs of processes with everything they started. Resolves with what could not be ended, in words, by key. */
export async function endRuns(
  { state, wantedEnd }: RunsContext,
  lifecycle: RunLifecycle,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  for (const key of keys) {
    lifecycle.cancelRestart(key);
    const wanted = wantedEnd(key);
    const { until, ...runtime } = state.get(key);
    const hasNoRun = runtime.state === 'backoff' || runtime.state === 'pending';
    if (hasNoRun && wanted?.startsAgain === false && wanted.countsAs !== 'failed')
      state.set(key, { ...runtime, state: 'stopped', reason: wanted.reason });
  }
  const leftovers = await lifecycle.runner.end(keys);
  for (const key of keys) {
    const leftover = leftovers.get(key);
    const runtime = state.get(key);
    // Nothing of it runs, even if its runner does not know how it ended.
    if (leftover === undefined) lifecycle.settle(key, { time: Date.now(), reason: wantedEnd(key)?.reason ?? 'ended' });
    else if (runtime.state === 'backoff')
      lifecycle.postpone(key, runtime, `leftovers of its previous run cannot be ended: ${leftover}`);
  }
  return leftovers;
}
