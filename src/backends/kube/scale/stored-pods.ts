import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import { podTemplateObjects } from '../manifests/pod-templates.ts';

type Place = { readonly location: KubeLocation; readonly launchId: string };

/** How the ConfigMaps with the stored pods of a launch change. */
export interface StoredPodsChange {
  readonly create: readonly Manifest[];
  /** Merge patches, by the name of the ConfigMap. */
  readonly patch: ReadonlyMap<string, object>;
}

/**
 * Stores other pods in place of the known ones. A ConfigMap that is not needed any more stays without pods, because it may
 * hold counts of restarts.
 * @param holders the ConfigMaps that exist
 * @param forgotten names of pods whose counts of restarts go
 */
export function storedPodsChange(
  place: Place,
  holders: readonly KubeObject[],
  pods: readonly Manifest[],
  forgotten: readonly string[] = [],
): StoredPodsChange {
  const wanted = new Map(podTemplateObjects(pods, place).map((object) => [object.metadata.name, object]));
  const existing = new Set(holders.map(({ metadata }) => metadata.name));
  const patch = holders.map(({ metadata, data, binaryData }): [string, object] => {
    const gone = forgotten.filter((name) => data?.[name] !== undefined);
    const kept = wanted.get(metadata.name)?.binaryData ?? Object.fromEntries(Object.keys(binaryData ?? {}).map(nulled));
    return [
      metadata.name,
      { binaryData: kept, ...(gone.length > 0 && { data: Object.fromEntries(gone.map(nulled)) }) },
    ];
  });
  return { create: [...wanted.values()].filter(({ metadata }) => !existing.has(metadata.name)), patch: new Map(patch) };
}

/** The change that goes back to what the ConfigMaps held. */
export function restoredPodsChange(holders: readonly KubeObject[]): StoredPodsChange {
  const before = holders.map(({ metadata, binaryData }): [string, object] => [
    metadata.name,
    { binaryData: { pods: null, ...binaryData } },
  ]);
  return { create: [], patch: new Map(before) };
}

function nulled(name: string): [string, null] {
  return [name, null];
}

/** Carries out a change of the stored pods. */
export async function storePods(
  client: KubeClient,
  namespace: string,
  { create, patch }: StoredPodsChange,
  options: LongCallOptions,
): Promise<void> {
  for (const object of create) {
    await retryWhileUnavailable(() => createOrPatch(client, object, options), options);
  }
  for (const [name, change] of patch) {
    const write = () => client.patch({ kind: 'ConfigMap', name, namespace }, change, { signal: options.signal });
    await retryWhileUnavailable(write, options);
  }
}

async function createOrPatch(client: KubeClient, object: Manifest, { signal }: LongCallOptions): Promise<void> {
  try {
    await client.create(object, { signal });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    const { name, namespace } = object.metadata;
    await client.patch({ kind: 'ConfigMap', name, namespace }, { binaryData: object.binaryData }, { signal });
  }
}
