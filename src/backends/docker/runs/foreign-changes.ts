import { setTimeout as delay } from 'node:timers/promises';
import type { EngineClient } from '../api/engine-client.ts';
import { labels } from '../containers/labels.ts';

const initialRetryMilliseconds = 200;
const maxRetryMilliseconds = 5_000;

/**
 * Yields once the engine reports events, and then whenever something happens to containers that others run, until the
 * signal is aborted. An engine that does not answer is asked again. Never throws.
 * @param connect finds the engine; may reject
 * @param owner whose containers are left out
 */
export async function* foreignChanges(
  connect: () => Promise<Pick<EngineClient, 'openEvents'>>,
  owner: string,
  signal: AbortSignal,
): AsyncGenerator<undefined> {
  let retry = initialRetryMilliseconds;
  while (!signal.aborted) {
    try {
      const client = await connect();
      // Podman reports no event to one who asks for a label with any value.
      const events = await client.openEvents({}, signal);
      retry = initialRetryMilliseconds;
      // What happened before is in a list.
      yield undefined;
      for await (const batch of events)
        if (batch.some(({ Actor: { Attributes } }) => isOfAnother(Attributes[labels.owner], owner))) yield undefined;
    } catch {
      // The watch of one's own experiments says whether the engine answers.
    }
    await delay(retry, undefined, { signal }).catch(() => undefined);
    retry = Math.min(retry * 2, maxRetryMilliseconds);
  }
}

function isOfAnother(found: string | undefined, owner: string): boolean {
  return found !== undefined && found !== owner;
}
