import { throwIfAborted } from '../../../engine/errors.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import { type KubeObject, type OwnerReference, ownedBy } from '../kube-object.ts';
import { labels } from '../labels.ts';
import type { KubeLocation } from '../object-names.ts';

/** Requests on their way at once. */
const concurrency = 8;

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
      await client.create(ownedBy(object, owner), { signal });
      count();
    });
  }
}

/** Stops beginning new ones at the first failure, and throws it once all begun ones are over. */
async function inParallel<Item>(items: readonly Item[], action: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined && failure === undefined; item = waiting.shift()) {
      try {
        await action(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failure !== undefined) throw failure.error;
}
