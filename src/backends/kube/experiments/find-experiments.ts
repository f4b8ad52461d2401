import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations, labels, managedSelector } from '../labels.ts';
import type { KubeLocation } from '../object-names.ts';
import { splitName } from './experiment-names.ts';

/** What is known of an experiment without reading its spec. */
export interface KnownExperiment {
  readonly name: string;
  readonly location: KubeLocation;
  /** The ids of the launches of which something stands there. The first is that of the record, if there is one. */
  readonly launches: readonly string[];
  readonly isDeleting: boolean;
}

/** Where this user sees experiments. */
export interface Scope {
  /** Undefined: everywhere. */
  readonly namespaces: readonly string[] | undefined;
  /** The namespace in which a name is looked up first. */
  readonly preferred: string | undefined;
  /** This user may not look into any of them. */
  readonly isBlind?: boolean;
}

/** Selects the ConfigMaps that keep specs. */
export const recordSelector = `${managedSelector},${labels.role}=spec`;

/** In a namespace of its own a record has no prefix. */
const ownRecord = 'symphony-experiment';

export function knownExperiment({ metadata }: KubeObject): KnownExperiment {
  const name = metadata.labels?.[labels.experiment] ?? '';
  const namespace = metadata.namespace ?? '';
  return {
    name,
    location: { experiment: name, namespace, ownNamespace: metadata.name === ownRecord },
    launches: [metadata.labels?.[labels.launch] ?? ''],
    isDeleting: metadata.deletionTimestamp !== undefined || metadata.annotations?.[annotations.deleting] !== undefined,
  };
}

/** What selects everything that stands of an experiment. */
export function launchesSelector({ name, launches }: Pick<KnownExperiment, 'name' | 'launches'>): string {
  return `${managedSelector},${labels.experiment}=${name},${labels.launch} in (${launches.join(',')})`;
}

/** One namespace after the other, or all at once. */
export function namespacesOf({ namespaces }: Scope): readonly (string | undefined)[] {
  return namespaces ?? [undefined];
}

/**
 * Where this user sees experiments: everywhere, or in those of the known namespaces that may be looked at. If there is none,
 * it is the first one all the same, so that the lack of the right is told.
 * @param known namespaces into which experiments were launched from this machine
 */
export async function findScope(
  client: KubeClient,
  { preferred, known }: { readonly preferred: string | undefined; readonly known: readonly string[] },
  options: CallOptions = {},
): Promise<Scope> {
  if (await maySee(client, undefined, options)) return { namespaces: undefined, preferred };
  const first = preferred ?? client.identity.namespace;
  const candidates = [...new Set([first, client.identity.namespace, ...known])];
  const seen = await Promise.all(candidates.map((namespace) => maySee(client, namespace, options)));
  const namespaces = candidates.filter((_, index) => seen[index]);
  return namespaces.length > 0 ? { namespaces, preferred } : { namespaces: [first], preferred, isBlind: true };
}

/** The same, with a namespace beside the others. */
export function extendScope(scope: Scope, namespace: string): Scope {
  const { namespaces, preferred, isBlind = false } = scope;
  if (namespaces === undefined || (namespaces.includes(namespace) && !isBlind)) return scope;
  return { namespaces: isBlind ? [namespace] : [...namespaces, namespace], preferred };
}

/** Where experiments of a name may be: who may not see everything looks only where the name says, if it does. */
export function narrowScope(scope: Scope, name: string | undefined): Scope {
  const { namespace } = name === undefined ? {} : splitName(name);
  if (namespace === undefined || scope.namespaces === undefined) return scope;
  return { namespaces: [namespace], preferred: scope.preferred };
}

async function maySee(client: KubeClient, namespace: string | undefined, options: CallOptions): Promise<boolean> {
  try {
    await client.list('ConfigMap', { namespace, query: { labelSelector: recordSelector, limit: 1 }, ...options });
    return true;
  } catch (error) {
    if (isStatus(error, 403)) return false;
    throw error;
  }
}
