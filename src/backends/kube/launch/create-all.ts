import { setTimeout as delay } from 'node:timers/promises';
import { throwIfAborted } from '../../../engine/contract/errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import { inParallel } from '../api/parallel.ts';
import { kindOf } from '../api/resource-path.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { labels } from '../manifests/labels.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { KubeLocation } from '../manifests/object-names.ts';

/** Milliseconds to wait for the service account of a new namespace. */
const accountTimeoutMilliseconds = 60_000;

/**
 * Creates the other objects of an experiment whose record exists: first the objects that pods depend on, then services
 * and pods, several at a time. Waits while the server is unavailable.
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
  const batches = Map.groupBy(rest, orderOf);
  for (const order of [...batches.keys()].sort()) {
    const batch = batches.get(order) ?? [];
    await inParallel(batch, async (object) => {
      throwIfAborted(signal);
      await createWithRetry(client, object, launchId, { signal, onProgress });
      count();
    });
  }
}

/**
 * Objects of a higher order need those of a lower one: a binding its role, because the server compares the user's rights
 * with it, and pods the objects that they mount and connect to.
 */
function orderOf({ kind, metadata }: Manifest): number {
  if (kind === 'Deployment' || metadata.labels?.[labels.role] === 'pod') return 2;
  return kind === 'RoleBinding' ? 1 : 0;
}

/**
 * Creates an object, with retries while the namespace has no service account. A controller adds it to a new namespace,
 * usually at once, and pods are refused until then.
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

/**
 * Creates an object. If the answer of an earlier attempt was lost, the object exists with this launch's id, which
 * counts as success.
 */
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
