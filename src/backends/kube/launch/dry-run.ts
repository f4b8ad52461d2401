import { SymphonyError } from '../../../engine/contract/errors.ts';
import { ApiError, isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import { inParallel } from '../api/parallel.ts';
import { labels } from '../manifests/labels.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import type { KnownExperiment } from '../watch/find-experiments.ts';
import { checkQuotas } from './check-quotas.ts';
import { droppedFields } from './dropped-fields.ts';
import { existingDemand } from './existing-demand.ts';

export interface CheckOptions extends CallOptions {
  /** An experiment in whose place these objects come: what it takes of the quotas counts as free. */
  readonly replaced?: KnownExperiment | undefined;
}

/** Objects that the server treats alike, and the server's version of the first. */
interface EquivalentObjects {
  readonly first: Manifest;
  count: number;
  answer?: Manifest;
}

/**
 * Makes the API server check every manifest without creating it: form, unknown fields, rights, limits, and quotas for
 * all of them together. Manifests that differ only in names and ports are checked once. A namespace that does not exist
 * yet accepts no dry runs, so its objects are checked in the user's own namespace.
 * @throws SymphonyError `failed` naming the object and the server's reason
 */
export async function checkOnServer(
  client: KubeClient,
  location: KubeLocation,
  manifests: readonly Manifest[],
  { signal, replaced }: CheckOptions = {},
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
      // The objects of the other experiment still count; without them the quota may allow it.
      if (replaced !== undefined && error.isOverQuota) return;
      if (isStatus(error, 409)) return;
      // The server compares this user's rights with those of the role, which a dry run does not create.
      if (isStatus(error, 404) && alike.first.kind === 'RoleBinding') return;
      if (location.ownNamespace && isPlaced && !holdsEverywhere(error)) return;
      throw refused(alike.first, error);
    }
  });
  if (location.ownNamespace) return;
  const counted = kinds.map(({ first, answer, count }) => ({ object: answer ?? first, count }));
  const freed = replaced === undefined ? {} : await existingDemand(client, replaced, { signal });
  await checkQuotas(client, { namespace: location.namespace, counted, freed }, signal);
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

/** The part of a manifest that the server's checks depend on: without names, ports and values. */
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
 * Whether a refusal in one namespace applies to every namespace. A taken name, a quota, a limit, a missing service
 * account or a missing right in one namespace do not apply to a new one.
 */
function holdsEverywhere(error: ApiError): boolean {
  if (isStatus(error, 403)) return /PriorityClass/.test(error.message);
  return !isStatus(error, 404);
}

function refuseDroppedFields(sent: Manifest, kept: Manifest): void {
  // User-defined parts of other objects are validated earlier.
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
