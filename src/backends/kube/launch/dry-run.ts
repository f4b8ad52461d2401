import { SymphonyError } from '../../../engine/errors.ts';
import { ApiError, isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import type { KubeLocation } from '../object-names.ts';

/**
 * Has the API server check every manifest, creating nothing: form, rights, quotas. What is alike but for its name is
 * checked once. A namespace that does not exist yet takes nothing, not even for a check: its objects are checked in the
 * user's own namespace.
 * @throws SymphonyError `failed` naming the object and what the server says of it
 */
export async function checkOnServer(
  client: KubeClient,
  location: KubeLocation,
  manifests: readonly KubeObject[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const stand = location.ownNamespace ? client.identity.namespace : location.namespace;
  const seen = new Set<string>();
  const different = manifests.filter((manifest) => {
    const shape = shapeOf(manifest);
    if (seen.has(shape)) return false;
    seen.add(shape);
    return true;
  });
  await Promise.all(
    different.map(async (manifest) => {
      const { metadata } = manifest;
      const placed =
        metadata.namespace === undefined ? manifest : { ...manifest, metadata: { ...metadata, namespace: stand } };
      try {
        await client.create(placed, { dryRun: true, signal });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // Of another namespace: a name taken there, its quota, or no right there, says nothing of the one to come.
        if (location.ownNamespace && placed !== manifest && (isStatus(error, 409, 403) || isStatus(error, 404))) return;
        if (isStatus(error, 409)) return;
        throw refused(manifest, error);
      }
    }),
  );
}

/** What the server looks at, names aside. */
function shapeOf({ kind, spec, data, stringData, binaryData, metadata }: KubeObject): string {
  if (kind !== 'Pod') return `${kind}/${metadata.name}`;
  const text = JSON.stringify([kind, spec, data, stringData, binaryData]);
  return text.replace(/"value":"[^"]*"/g, '').replaceAll(metadata.name, '');
}

function refused({ kind, metadata }: KubeObject, error: ApiError): SymphonyError {
  if (error.code === 'backend-unavailable' || error.status === 403) return error;
  return new SymphonyError('failed', `The server refuses ${kind} ${metadata.name}. ${error.message}`, { cause: error });
}
