import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations, labels, recordSelector } from '../manifests/labels.ts';
import { type KubeLocation, plainRecordName } from '../manifests/object-names.ts';
import { splitName } from './experiment-names.ts';

/** What is known about an experiment without its spec. */
export interface KnownExperiment {
  readonly name: string;
  readonly location: KubeLocation;
  /** The ids of the launches that have objects. The record's launch is first, if there is a record. */
  readonly launches: readonly string[];
  readonly isDeleting: boolean;
}

/** The namespaces in which this user can see experiments. */
export interface Scope {
  /** Undefined means all namespaces. */
  readonly namespaces: readonly string[] | undefined;
  /** The namespace in which a bare name is looked up first. */
  readonly preferred: string | undefined;
  /** Whether this user may not list any of them. */
  readonly isBlind?: boolean;
}

export function knownExperiment({ metadata }: KubeObject): KnownExperiment {
  const name = metadata.labels?.[labels.experiment] ?? '';
  const namespace = metadata.namespace ?? '';
  return {
    name,
    location: { experiment: name, namespace, ownNamespace: metadata.name === plainRecordName },
    launches: [metadata.labels?.[labels.launch] ?? ''],
    isDeleting: metadata.deletionTimestamp !== undefined || metadata.annotations?.[annotations.deleting] !== undefined,
  };
}

/** The namespaces to list one by one, or undefined to list all at once. */
export function namespacesOf({ namespaces }: Scope): readonly (string | undefined)[] {
  return namespaces ?? [undefined];
}

/**
 * Finds where this user can see experiments: everywhere, or in those known namespaces that the user may list. If there
 * is none, the scope is the first one, so that the missing right is reported.
 * @param known namespaces into which this machine has launched experiments
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

/** Adds a namespace to a scope. */
export function extendScope(scope: Scope, namespace: string): Scope {
  const { namespaces, preferred, isBlind = false } = scope;
  if (namespaces === undefined || (namespaces.includes(namespace) && !isBlind)) return scope;
  return { namespaces: isBlind ? [namespace] : [...namespaces, namespace], preferred };
}

/** Narrows a limited scope to the namespace in the name, if the name has one. */
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
