import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../engine/client/cluster.ts';
import { toSymphonyError } from '../../../engine/contract/errors.ts';
import type { WatchEvent } from '../../../engine/contract/watch.ts';

/** Seconds between attempts to watch again; the last delay repeats. */
const retryDelays = [0.5, 1, 2, 5];

/**
 * Watches a cluster until the signal aborts. A watch that fails or ends is started again; until it delivers an event, `stale`
 * events say since when and why there is no news.
 */
export async function* watchForever(cluster: Pick<Cluster, 'watch'>, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  let attempt = 0;
  let lastHeard = new Date().toISOString();
  while (!signal.aborted) {
    let reason = 'The watch ended.';
    try {
      for await (const event of cluster.watch({ signal })) {
        if (event.type !== 'stale') lastHeard = new Date().toISOString();
        if (attempt > 0 && event.type === 'snapshot') yield { type: 'fresh' };
        attempt = 0;
        yield event;
      }
    } catch (error) {
      reason = toSymphonyError(error).message;
    }
    if (signal.aborted) return;
    yield { type: 'stale', since: lastHeard, reason };
    const delay = retryDelays[Math.min(attempt, retryDelays.length - 1)] ?? 5;
    attempt += 1;
    await sleep(delay * 1000, undefined, { signal }).catch(() => {});
  }
}
