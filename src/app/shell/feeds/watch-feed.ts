import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../engine/client/cluster.ts';
import { toSymphonyError } from '../../../engine/contract/errors.ts';
import type { WatchEvent } from '../../../engine/contract/watch.ts';

/** Seconds between attempts to watch again; the last delay repeats. */
const retryDelays = [0.5, 1, 2, 5];

/**
 * Watches a cluster until the signal aborts. A backend reconnects by itself once its watch has begun; a watch that fails,
 * which most do only before their first snapshot, is started again here, and `stale` says since when and why there is no
 * news.
 */
export async function* watchForever(cluster: Pick<Cluster, 'watch'>, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  let lastHeard = new Date().toISOString();
  for (let attempt = 0; !signal.aborted; attempt++) {
    let reason = 'The watch ended.';
    try {
      for await (const event of cluster.watch({ signal })) {
        attempt = 0;
        if (event.type !== 'stale') lastHeard = new Date().toISOString();
        yield event;
      }
    } catch (error) {
      reason = toSymphonyError(error).message;
    }
    if (signal.aborted) return;
    yield { type: 'stale', since: lastHeard, reason };
    const delay = retryDelays[attempt] ?? retryDelays.at(-1) ?? 0;
    await sleep(delay * 1000, undefined, { signal }).catch(() => {});
  }
}
