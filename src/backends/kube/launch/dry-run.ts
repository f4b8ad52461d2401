import { SymphonyError } from '../../../engine/errors.ts';
import { ApiError, isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { labels } from '../labels.ts';
import type { Manifest } from '../manifest.ts';
import type { KubeLocation } from '../object-names.ts';
import { inParallel } from '../parallel.ts';
import { checkQuotas } from './check-quotas.ts';
import { droppedFields } from './dropped-fields.ts';

/** Objects that are alike for the server, and what it would make of the first. */
interface EquivalentObjects {
  readonly first: Manifest;
  count: number;
  answer?: Manifest;
}

/**
 * Has the API server check every manifest, creating nothing: form, unknown fields, rights, limits, and quotas for all of
 * them together. What is alike but for its name and ports is checked once. A namespace that does not exist yet takes
 * nothing, not even for a check: its objects are checked in the user's own namespace.
 * @throws SymphonyError `failed` naming the object and what the server says of it
 */
export async function checkOnServer(
  client: KubeClient,
  location: KubeLocation,
  manifests: readonly Manifest[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const namespace = location.ownNamespace ? client.identity.namespace : location.namespace;
  const kinds = sortAlike(manifests);
  await inParallel(kinds, async (alike) => {
    const { metadata } = alike.first;
    const isPlaced = metadata.namespace !== undefined;
    const placed = isPlaced ? { ...alike.first, metadata: { ...metadata, namespace } } : alike.first;
    try {
      const answer = (await client.create(placed, { dryRun: true, signal })) as Manifest;
      refuseDroppedFields(alike.first, answer);
      alike.answer = answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isStatus(error, 409)) return;
      if (location.ownNamespace && isPlaced && !holdsEverywhere(error)) return;
      throw refused(alike.first, error);
    }
  });
  if (location.ownNamespace) return;
  const counted = kinds.map(({ first, answer, count }) => ({ object: answer ?? first, count }));
  await checkQuotas(client, location.namespace, counted, signal);
}

function sortAlike(manifests: readonly Manifest[]): EquivalentObjects[] {
  const kinds = new Map<string, EquivalentObjects>();
  for (const manifest of manifests) {
    const shape = shapeOf(manifest);
    const known = kinds.get(shape);
    if (known === undefined) kinds.set(shape, { first: manifest, count: 1 });
    else known.count += 1;
  }
  return [...kinds.values()];
}

/** What the server looks at, the object's own names, ports and values aside. */
function shapeOf({ kind, spec, metadata }: Manifest): string {
  if (kind !== 'Pod' && kind !== 'Service') return `${kind}/${metadata.name}`;
  const own = [
    metadata.name,
    metadata.labels[labels.member] ?? metadata.name,
    metadata.labels[labels.service] ?? metadata.name,
  ];
  const text = JSON.stringify([kind, spec, metadata.annotations])
    .replace(/"value":"(?:[^"\\]|\\.)*"/g, '')
    .replace(/"name":"SYMPH_[A-Z0-9_]+"/g, '')
    .replace(/"symphony\/(member|group)":"[^"]*"/g, '')
    .replace(/"(containerPort|port|targetPort)":\d+/g, '');
  return own.reduce((shape, name) => shape.replaceAll(JSON.stringify(name), '""'), text);
}

/**
 * Whether a refusal in one namespace is one in every other as well. A name taken there, its quota and its limits, its
 * service accounts, or no right there, say nothing of a namespace to come.
 */
function holdsEverywhere(error: ApiError): boolean {
  if (isStatus(error, 403)) return /PriorityClass/.test(error.message);
  return !isStatus(error, 404);
}

function refuseDroppedFields(sent: Manifest, kept: Manifest): void {
  // What users add to other objects is checked before.
  if (sent.kind !== 'Pod') return;
  const [dropped] = droppedFields(sent.spec, kept.spec, 'spec');
  if (dropped === undefined) return;
  throw new SymphonyError('failed', `Pod ${sent.metadata.name}: the server does not know the field ${dropped}.`, {
    hint: 'Is it spelled as Kubernetes has it, and does this release of Kubernetes have it? See kube.patch of the spec.',
  });
}

function refused({ kind, metadata }: Manifest, error: ApiError): SymphonyError {
  if (error.code === 'backend-unavailable' || error.status === 403) return error;
  const message = `The server refuses ${kind} ${metadata.name}. ${error.message}`;
  return new SymphonyError('failed', message, { hint: error.hint, cause: error });
}
