import type { DeleteOptions, DeleteResult } from '../../../engine/cluster.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import type { Kind } from '../api/resource-path.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { type KnownExperiment, launchesSelector } from '../experiments/find-experiments.ts';
import { annotations, labels } from '../labels.ts';
import { recordName } from '../object-names.ts';
import { findOthers } from './find-others.ts';
import { waitUntilGone } from './wait-until-gone.ts';

/**
 * Beyond the time that its processes may take: seconds until what still stands is named. Nodes clean up once a minute what
 * slipped through before.
 */
const extraTimeoutSeconds = 120;

/** What hangs on the pods, and goes after them. */
const dependentKinds: readonly Kind[] = ['Service', 'Secret', 'ConfigMap'];

/** How a deletion goes about it. */
export interface Removal extends LongCallOptions {
  /** The namespace goes with what is not Symphony's in it. */
  readonly purge?: boolean;
}

/** What becomes of the namespace that was made for an experiment. */
type NamespaceFate =
  | { readonly kind: 'none' }
  | { readonly kind: 'goes'; readonly namespace: KubeObject }
  /** It has these in it, which are not Symphony's. */
  | { readonly kind: 'stays'; readonly namespace: KubeObject; readonly others: readonly string[] };

/**
 * Removes everything that is left of an experiment's launches, found by its labels, and nothing else: its pods first, which
 * are given the time they are due, then the rest, its record last. The rest goes also where a pod does not. Resolves when
 * all is gone, or with what still stands.
 */
export async function deleteExperiment(
  client: KubeClient,
  known: KnownExperiment,
  { signal, onProgress, wait = false, purge = false }: DeleteOptions = {},
): Promise<DeleteResult> {
  const { name, location } = known;
  const removal = { signal, onProgress, purge };
  const waiting = { timeout: wait ? undefined : extraTimeoutSeconds, signal, onProgress };
  onProgress?.({ message: `Deleting ${name}` });
  await askPodsToEnd(client, known, removal);
  let leftovers: readonly string[];
  try {
    leftovers = await endPods(client, known, waiting);
  } catch (error) {
    // An abort stops the waiting, not the ending.
    if (signal?.aborted) await removeRest(client, known, { purge });
    throw error;
  }
  const fate = await removeRest(client, known, removal);
  const kept = fate.kind === 'stays' ? { kept: [`namespace ${location.namespace}`, ...fate.others] } : {};
  // What came while the rest was removed, by a launch that had not heard of it yet.
  if (leftovers.length === 0 && fate.kind !== 'goes') leftovers = await endPods(client, known, waiting);
  if (leftovers.length > 0 || fate.kind !== 'goes') return { name, leftovers, ...kept };
  return { name, leftovers: await waitUntilGone(client, location, fate.namespace.metadata.uid, waiting) };
}

/** Begins the removal of all, and leaves the rest to the cluster. */
export async function removeWithoutWaiting(
  client: KubeClient,
  known: KnownExperiment,
  removal: Removal = {},
): Promise<void> {
  await askPodsToEnd(client, known, removal);
  await removeRest(client, known, removal);
}

async function askPodsToEnd(client: KubeClient, known: KnownExperiment, removal: Removal): Promise<void> {
  const { namespace } = known.location;
  const { signal } = removal;
  await retryWhileUnavailable(() => markDeleting(client, known, signal), removal);
  await retryWhileUnavailable(() => client.removeAll('Pod', namespace, launchesSelector(known), { signal }), removal);
}

/** Puts the sign for everyone that it is ending on the record, if that is of one of these launches. */
async function markDeleting(
  client: KubeClient,
  { location, launches }: KnownExperiment,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = { kind: 'ConfigMap', name: recordName(location), namespace: location.namespace } as const;
  try {
    const record = await client.find(name, { signal });
    if (record === undefined || !launches.includes(record.metadata.labels?.[labels.launch] ?? '')) return;
    const sign = { [annotations.deleting]: new Date(client.now).toISOString() };
    await client.patch(name, { metadata: { uid: record.metadata.uid, annotations: sign } }, { signal });
  } catch (error) {
    // It may be another one by now, or gone.
    if (!isStatus(error, 403, 404, 409)) throw error;
  }
}

/** Waits until no pod is left, and asks those to end that come meanwhile. Resolves with what still stands. */
async function endPods(
  client: KubeClient,
  known: KnownExperiment,
  options: LongCallOptions & { readonly timeout: number | undefined },
): Promise<readonly string[]> {
  const { namespace } = known.location;
  const selector = launchesSelector(known);
  let asking: Promise<void> | undefined;
  const onUnasked = () => {
    asking ??= client.removeAll('Pod', namespace, selector, { signal: options.signal }).finally(() => {
      asking = undefined;
    });
    // It is tried again at the next pod that is seen.
    asking.catch(() => undefined);
  };
  return retryWhileUnavailable(
    () => waitUntilGone(client, known.location, undefined, { ...options, selector, onUnasked }),
    options,
  );
}

/** All but the pods, at once: none of it takes any time but the namespace. */
async function removeRest(client: KubeClient, known: KnownExperiment, removal: Removal): Promise<NamespaceFate> {
  const { signal } = removal;
  const { namespace } = known.location;
  const selector = launchesSelector(known);
  const fate = await retryWhileUnavailable(() => decideNamespace(client, known, removal), removal);
  if (fate.kind === 'goes') {
    const { name, uid } = fate.namespace.metadata;
    await retryWhileUnavailable(() => client.remove({ kind: 'Namespace', name }, { uid, signal }), removal);
    return fate;
  }
  for (const kind of dependentKinds) {
    const selected = kind === 'ConfigMap' ? `${selector},${labels.role}!=spec` : selector;
    await retryWhileUnavailable(() => client.removeAll(kind, namespace, selected, { signal }), removal);
  }
  await retryWhileUnavailable(() => client.removeAll('ConfigMap', namespace, selector, { signal }), removal);
  if (fate.kind === 'stays')
    await retryWhileUnavailable(() => releaseNamespace(client, fate.namespace, removal), removal);
  return fate;
}

async function decideNamespace(
  client: KubeClient,
  { location, launches }: KnownExperiment,
  { purge = false, signal }: Removal,
): Promise<NamespaceFate> {
  if (!location.ownNamespace) return { kind: 'none' };
  const namespace = await client.find({ kind: 'Namespace', name: location.namespace }, { signal });
  const launch = namespace?.metadata.labels?.[labels.launch];
  if (namespace === undefined || launch === undefined || !launches.includes(launch)) return { kind: 'none' };
  if (purge || namespace.metadata.deletionTimestamp !== undefined) return { kind: 'goes', namespace };
  const { found } = await findOthers(client, location, { signal });
  return found.length === 0 ? { kind: 'goes', namespace } : { kind: 'stays', namespace, others: found };
}

/** The namespace no longer belongs to an experiment; the next launch of its name takes it again. */
async function releaseNamespace(client: KubeClient, { metadata }: KubeObject, { signal }: Removal): Promise<void> {
  const { name, uid } = metadata;
  const release = { metadata: { uid, labels: { [labels.launch]: null } } };
  await client.patch({ kind: 'Namespace', name }, release, { signal }).catch((error) => {
    // Who may not say so leaves it behind as what is left of an experiment.
    if (!isStatus(error, 403, 404, 409)) throw error;
  });
}
