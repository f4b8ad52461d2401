import type { DeleteOptions, DeleteResult } from '../../../engine/cluster.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { Kind } from '../api/resource-path.ts';
import type { KnownExperiment } from '../experiments/find-experiments.ts';
import { annotations, labels, managedSelector } from '../labels.ts';
import { recordName } from '../object-names.ts';
import { waitUntilGone } from './wait-until-gone.ts';

/**
 * Beyond the time that its processes may take: seconds until what still stands is named. Nodes clean up once a minute what
 * slipped through before.
 */
const patience = 120;

/** What hangs on the pods, and goes after them. */
const furnishings: readonly Kind[] = ['Service', 'Secret', 'ConfigMap'];

/**
 * Removes everything that one launch created, found by its labels, and nothing else: its pods first, which are given the
 * time they are due, then the rest, its record last. Resolves when all is gone, or with what still stands.
 */
export async function deleteExperiment(
  client: KubeClient,
  { name, location, launchId }: KnownExperiment,
  { signal, onProgress, wait = false }: DeleteOptions = {},
): Promise<DeleteResult> {
  const { namespace } = location;
  const selector = `${managedSelector},${labels.experiment}=${name},${labels.launch}=${launchId}`;
  const record = { kind: 'ConfigMap', name: recordName(location), namespace } as const;
  const waiting = { timeout: wait ? undefined : patience, signal, onProgress };
  onProgress?.({ message: `Deleting ${name}` });
  // The sign for everyone that it is ending.
  await client
    .patch(record, { metadata: { annotations: { [annotations.deleting]: new Date().toISOString() } } }, { signal })
    .catch((error) => {
      if (!isStatus(error, 404, 403)) throw error;
    });
  await client.removeAll('Pod', namespace, selector, { signal });
  let leftovers: readonly string[];
  try {
    leftovers = await waitUntilGone(client, location, undefined, { ...waiting, selector });
  } catch (error) {
    // An abort stops the waiting, not the ending.
    if (signal?.aborted) await removeRest(client, { name, location, launchId }, selector);
    throw error;
  }
  if (leftovers.length > 0) return { name, leftovers };
  const uid = await removeRest(client, { name, location, launchId }, selector);
  if (uid === undefined) return { name, leftovers };
  return { name, leftovers: await waitUntilGone(client, location, uid, waiting) };
}

/** All but the pods. Returns the uid of the namespace if it goes, too. */
async function removeRest(
  client: KubeClient,
  { location, launchId }: Pick<KnownExperiment, 'name' | 'location' | 'launchId'>,
  selector: string,
): Promise<string | undefined> {
  const { namespace, ownNamespace } = location;
  if (ownNamespace) {
    const found = await client.find({ kind: 'Namespace', name: namespace });
    if (found?.metadata.labels?.[labels.launch] !== launchId) return undefined;
    await client.remove({ kind: 'Namespace', name: namespace }, { uid: found.metadata.uid });
    return found.metadata.uid;
  }
  for (const kind of furnishings) {
    await client.removeAll(kind, namespace, kind === 'ConfigMap' ? `${selector},${labels.role}!=spec` : selector);
  }
  await client.removeAll('ConfigMap', namespace, selector);
  return undefined;
}
