import { expect, test } from 'vitest';
import { watchForever } from '../../../../src/app/shell/feeds/watch-feed.ts';
import type { WatchEvent } from '../../../../src/engine/contract/watch.ts';

const snapshot: WatchEvent = { type: 'snapshot', experiments: [] };

/** A cluster whose watches are given one after the other; the last one stays open until it is aborted. */
function clusterOf(...watches: readonly (() => AsyncIterable<WatchEvent>)[]) {
  let next = 0;
  return {
    watch({ signal }: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterable<WatchEvent> {
      const watch = watches[next++];
      return watch === undefined ? openUntilAborted(signal) : watch();
    },
    started: () => next,
  };
}

async function* openUntilAborted(signal: AbortSignal | undefined): AsyncGenerator<WatchEvent> {
  yield snapshot;
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

// biome-ignore lint/correctness/useYield: it fails before its first event.
async function* failing(): AsyncGenerator<WatchEvent> {
  throw new Error('No answer.');
}

async function* ending(): AsyncGenerator<WatchEvent> {
  yield snapshot;
}

test('a watch that fails is started again, and events say why there is no news', async () => {
  const controller = new AbortController();
  const cluster = clusterOf(failing, ending);
  const seen: WatchEvent[] = [];
  for await (const event of watchForever(cluster, controller.signal)) {
    seen.push(event);
    if (seen.length === 4) break;
  }
  expect(seen).toEqual([
    { type: 'stale', since: expect.any(String), reason: 'No answer.' },
    snapshot,
    { type: 'stale', since: expect.any(String), reason: 'The watch ended.' },
    snapshot,
  ]);
  expect(cluster.started()).toBe(3);
});

test('an abort ends it without another event, also while it waits to start again', async () => {
  const open = new AbortController();
  const seen: string[] = [];
  for await (const { type } of watchForever(clusterOf(), open.signal)) {
    seen.push(type);
    open.abort();
  }
  const waiting = new AbortController();
  for await (const { type } of watchForever(clusterOf(failing, failing), waiting.signal)) {
    seen.push(type);
    waiting.abort();
  }
  expect(seen).toEqual(['snapshot', 'stale']);
});
