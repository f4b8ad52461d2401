import type { DeleteOptions, DeleteResult } from '../../../engine/contract/backend.ts';
import { hasEnded } from '../actions/stop-pod.ts';
import { untilOutputsEnd } from '../actions/until-outputs-end.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import type { Kind } from '../api/resource-path.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { EndedLogs } from '../logs/ended-logs.ts';
import { annotations, labels, launchSelector } from '../manifests/labels.ts';
import { recordName } from '../manifests/object-names.ts';
import { isPodOver } from '../status/process-pods.ts';
import type { KnownExperiment } from '../watch/find-experiments.ts';
import { endWithLogs } from './end-with-logs.ts';
import { findOthers } from './find-others.ts';
import { waitUntilGone } from './wait-until-gone.ts';

/** Seconds beyond the grace period until the remaining objects are named. Nodes clean up leftovers once a minute. */
const extraTimeoutSeconds = 120;

/** Kinds that are removed after the pods. */
const kindsAfterPods: readonly Kind[] = ['Service', 'Secret', 'ConfigMap'];
/** Kinds that only a supervisor has. Users without rights for them cannot have launched one. */
const kindsOfSupervisor: readonly Kind[] = ['RoleBinding', 'Role', 'ServiceAccount'];

/** Options of a deletion. */
export interface Removal extends LongCallOptions {
  /** Removes the namespace even if it contains objects that are not Symphony's. */
  readonly purge?: boolean;
  /** Ends the containers by SIGKILL instead of their stop signals. */
  readonly kill?: boolean;
  /** Awaited after the processes have ended and before their pods go. */
  readonly onEnded?: DeleteOptions['onEnded'] | undefined;
}

/** The shortest time that lets the node, and not only the API server, end a pod. */
const killGracePeriodSeconds = 1;

/** What happens to the experiment's own namespace. */
type NamespaceFate =
  | { readonly kind: 'none' }
  | { readonly kind: 'goes'; readonly namespace: KubeObject }
  /** It contains objects that are not Symphony's. */
  | { readonly kind: 'stays'; readonly namespace: KubeObject; readonly others: readonly string[] };

/**
 * Removes all objects of an experiment's launches, found by their labels, and nothing else: first the pods, with their
 * grace period, then the rest, the record last. The rest is removed even if a pod remains. Resolves when all is gone,
 * or with the remaining objects.
 */
export async function deleteExperiment(
  client: KubeClient,
  known: KnownExperiment,
  { signal, onProgress, onEnded, wait = false, purge = false, kill = false }: DeleteOptions = {},
): Promise<DeleteResult> {
  const { name, location } = known;
  const removal = { signal, onProgress, purge, kill, onEnded };
  const waiting = { timeout: wait ? undefined : extraTimeoutSeconds, signal, onProgress };
  onProgress?.({ message: `Deleting ${name}` });
  await askPodsToEnd(client, known, removal);
  let leftovers: readonly string[];
  try {
    leftovers = await endPods(client, known, waiting);
  } catch (error) {
    // An abort ends the wait, not the deletion.
    if (signal?.aborted) await removeRest(client, known, { purge });
    throw error;
  }
  const fate = await removeRest(client, known, removal);
  const kept = fate.kind === 'stays' ? { kept: [`namespace ${location.namespace}`, ...fate.others] } : {};
  // A concurrent launch may have created pods before it noticed the deletion.
  if (leftovers.length === 0 && fate.kind !== 'goes') leftovers = await endPods(client, known, waiting);
  if (leftovers.length > 0 || fate.kind !== 'goes') return { name, leftovers, ...kept };
  const { uid } = fate.namespace.metadata;
  leftovers = await retryWhileUnavailable(() => waitUntilGone(client, location, uid, waiting), waiting);
  return { name, leftovers };
}

/** Starts the removal of all objects; the cluster completes it. */
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
  const { signal, kill = false } = removal;
  const grace = kill ? { gracePeriodSeconds: killGracePeriodSeconds } : {};
  await retryWhileUnavailable(() => markDeleting(client, known, signal), removal);
  // First the supervisor, so that nothing creates pods again.
  await removeOfSupervisor(client, known, 'Deployment', removal);
  if (removal.onEnded !== undefined) {
    const notes = kill ? [] : await endWithLogs(client, known, removal);
    const logs = new EndedLogs(client, known);
    await removal.onEnded({ notes, logBatches: (reference, options) => logs.batches(reference, options) });
  }
  await retryWhileUnavailable(
    () => client.removeAll('Pod', namespace, launchSelector(known.name, ...known.launches), { signal, ...grace }),
    removal,
  );
}

/** Marks the record as being deleted for all clients, if it belongs to one of these launches. */
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
    // The record may be gone or replaced by now.
    if (!isStatus(error, 403, 404, 409)) throw error;
  }
}

/**
 * Waits until no pod is left, and deletes pods that appear meanwhile. Those that are over and that their node does not
 * remove are removed without it: old kubelets lose pods that end while the API server is away. Resolves with the remaining
 * ones.
 */
async function endPods(
  client: KubeClient,
  known: KnownExperiment,
  options: LongCallOptions & { readonly timeout: number | undefined },
): Promise<readonly string[]> {
  const { namespace } = known.location;
  const selector = launchSelector(known.name, ...known.launches);
  let asking: Promise<void> | undefined;
  const onUnasked = () => {
    const ask = () => client.removeAll('Pod', namespace, selector, { signal: options.signal });
    asking ??= retryWhileUnavailable(ask, { signal: options.signal }).finally(() => {
      asking = undefined;
    });
    // The next event of a pod triggers another attempt.
    asking.catch(() => undefined);
  };
  const removing = new Set<string>();
  const onOverdue = (pods: readonly KubeObject[], signal: AbortSignal) => {
    for (const pod of pods.filter(isPodOver)) {
      const uid = pod.metadata.uid ?? '';
      if (removing.has(uid)) continue;
      removing.add(uid);
      // What stays is among the remaining ones.
      removeOver(client, pod, signal).catch(() => removing.delete(uid));
    }
  };
  return retryWhileUnavailable(
    () => waitUntilGone(client, known.location, undefined, { ...options, selector, onUnasked, onOverdue }),
    options,
  );
}

/** Removes a pod that is over without its node, once its containers have ended. */
async function removeOver(client: KubeClient, pod: KubeObject, signal: AbortSignal): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  if (!hasEnded(pod)) await untilOutputsEnd(client, pod, signal);
  const remove = () => client.remove({ kind: 'Pod', name, namespace }, { uid, gracePeriodSeconds: 0, signal });
  await retryWhileUnavailable(remove, { signal });
}

/** Removes all objects except pods without waiting; only the namespace takes time. */
async function removeRest(client: KubeClient, known: KnownExperiment, removal: Removal): Promise<NamespaceFate> {
  const { signal } = removal;
  const { namespace } = known.location;
  const selector = launchSelector(known.name, ...known.launches);
  const fate = await retryWhileUnavailable(() => decideNamespace(client, known, removal), removal);
  if (fate.kind === 'goes') {
    const { name, uid } = fate.namespace.metadata;
    await retryWhileUnavailable(() => client.remove({ kind: 'Namespace', name }, { uid, signal }), removal);
    return fate;
  }
  for (const kind of kindsAfterPods) {
    const selected = kind === 'ConfigMap' ? `${selector},${labels.role}!=spec` : selector;
    await retryWhileUnavailable(() => client.removeAll(kind, namespace, selected, { signal }), removal);
  }
  for (const kind of kindsOfSupervisor) await removeOfSupervisor(client, known, kind, removal);
  await retryWhileUnavailable(() => client.removeAll('ConfigMap', namespace, selector, { signal }), removal);
  if (fate.kind === 'stays')
    await retryWhileUnavailable(() => releaseNamespace(client, fate.namespace, removal), removal);
  return fate;
}

/** Removes objects of the supervisor. What this user may not remove goes with the record, which owns it. */
async function removeOfSupervisor(
  client: KubeClient,
  { name, location, launches }: KnownExperiment,
  kind: Kind,
  removal: Removal,
): Promise<void> {
  const { signal } = removal;
  const selector = launchSelector(name, ...launches);
  const remove = () => client.removeAll(kind, location.namespace, selector, { signal });
  await retryWhileUnavailable(remove, removal).catch((error) => {
    if (!isStatus(error, 403)) throw error;
  });
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

/** Detaches the namespace from the experiment; the next launch of the same name reuses it. */
async function releaseNamespace(client: KubeClient, { metadata }: KubeObject, { signal }: Removal): Promise<void> {
  const { name, uid } = metadata;
  const release = { metadata: { uid, labels: { [labels.launch]: null } } };
  await client.patch({ kind: 'Namespace', name }, release, { signal }).catch((error) => {
    // Without the right to patch it, the namespace remains and is shown as a remainder of the experiment.
    if (!isStatus(error, 403, 404, 409)) throw error;
  });
}
