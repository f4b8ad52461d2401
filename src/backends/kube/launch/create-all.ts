import { setTimeout as delay } from 'node:timers/promises';
import { throwIfAborted } from '../../../engine/errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import { type KubeObject, type OwnerReference, ownedBy } from '../kube-object.ts';
import { labels } from '../labels.ts';
import type { KubeLocation } from '../object-names.ts';
import { inParallel } from '../parallel.ts';

/** Milliseconds for which a new namespace may have no service account. */
const accountPatience = 60_000;

/**
 * Creates the rest of an experiment whose holder (namespace or record) exists: the record, what pods need, then services
 * and pods, several at a time. All belong to the record, so that nothing of an experiment outlives it.
 */
export async function createAll(
  client: KubeClient,
  location: KubeLocation,
  { holder, rest }: { readonly holder: KubeObject; readonly rest: readonly KubeObject[] },
  { signal, onProgress, total }: LongCallOptions & { readonly total: number },
): Promise<void> {
  let done = 1;
  const count = () => onProgress?.({ message: `Creating ${location.experiment}`, done: ++done, total });
  let others = rest;
  let record: Awaited<ReturnType<KubeClient['create']>>;
  if (holder.kind === 'Namespace') {
    const [first, ...later] = rest as [KubeObject, ...KubeObject[]];
    record = await client.create(first, { signal });
    count();
    others = later;
  } else {
    record = await client.get(
      { kind: 'ConfigMap', name: holder.metadata.name, namespace: location.namespace },
      { signal },
    );
  }
  const owner: OwnerReference = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: record.metadata.name,
    uid: record.metadata.uid ?? '',
  };
  // Pods last: what they mount and connect to is there then.
  const isPod = ({ metadata }: KubeObject) => metadata.labels?.[labels.role] === 'pod';
  for (const batch of [others.filter((object) => !isPod(object)), others.filter(isPod)]) {
    await inParallel(batch, async (object) => {
      throwIfAborted(signal);
      await createPatiently(client, ownedBy(object, owner), signal);
      count();
    });
  }
}

/**
 * A new namespace gets its service account from a controller, and takes no pod until then: usually at once, and later where
 * that is busy.
 */
async function createPatiently(client: KubeClient, object: KubeObject, signal: AbortSignal | undefined): Promise<void> {
  const deadline = performance.now() + accountPatience;
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      await client.create(object, { signal });
      return;
    } catch (error) {
      const isEarly = isStatus(error, 403) && /service ?account .*not found/i.test(error.message);
      if (!isEarly || performance.now() > deadline) throw error;
      await delay(pause, undefined, { ...(signal && { signal }) }).catch(() => undefined);
      throwIfAborted(signal);
    }
  }
}
