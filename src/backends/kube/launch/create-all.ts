import { setTimeout as delay } from 'node:timers/promises';
import { throwIfAborted } from '../../../engine/errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import { kindOf } from '../api/resource-path.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { labels } from '../labels.ts';
import type { Manifest } from '../manifest.ts';
import type { KubeLocation } from '../object-names.ts';
import { inParallel } from '../parallel.ts';

/** Milliseconds for which a new namespace may have no service account. */
const accountTimeoutMilliseconds = 60_000;

/**
 * Creates the rest of an experiment whose record exists: what pods need, then services and pods, several at a time. A
 * server that is away for a while is waited for.
 */
export async function createAll(
  client: KubeClient,
  location: KubeLocation,
  { rest, launchId }: { readonly rest: readonly Manifest[]; readonly launchId: string },
  {
    signal,
    onProgress,
    begun,
    total,
  }: LongCallOptions & { /** How many exist already. */ readonly begun: number; readonly total: number },
): Promise<void> {
  let done = begun;
  const count = () => onProgress?.({ message: `Creating ${location.experiment}`, done: ++done, total });
  // Pods last: what they mount and connect to is there then.
  const isPod = ({ metadata }: Manifest) => metadata.labels?.[labels.role] === 'pod';
  for (const batch of [rest.filter((object) => !isPod(object)), rest.filter(isPod)]) {
    await inParallel(batch, async (object) => {
      throwIfAborted(signal);
      await createWithRetry(client, object, launchId, { signal, onProgress });
      count();
    });
  }
}

/**
 * A new namespace gets its service account from a controller, and takes no pod until then: usually at once, and later where
 * that is busy.
 */
async function createWithRetry(
  client: KubeClient,
  object: Manifest,
  launchId: string,
  options: LongCallOptions,
): Promise<void> {
  const { signal } = options;
  const deadline = performance.now() + accountTimeoutMilliseconds;
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      await retryWhileUnavailable(() => createOnce(client, object, launchId, signal), options);
      return;
    } catch (error) {
      const isEarly = isStatus(error, 403) && /no service account default in /.test(error.message);
      if (!isEarly || performance.now() > deadline) throw error;
      await delay(pause, undefined, { ...(signal && { signal }) }).catch(() => undefined);
      throwIfAborted(signal);
    }
  }
}

/** An answer may be lost with its connection: what is there already and is of this launch is what was to be created. */
async function createOnce(
  client: KubeClient,
  object: Manifest,
  launchId: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await client.create(object, { signal });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    const { name, namespace } = object.metadata;
    const found = await client.find({ kind: kindOf(object), name, namespace }, { signal });
    if (found?.metadata.labels?.[labels.launch] !== launchId) throw error;
  }
}
