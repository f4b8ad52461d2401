import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations, labels, managedSelector } from '../labels.ts';
import type { KubeLocation } from '../object-names.ts';

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
 * Where this user sees experiments: everywhere, or in the namespaces that are known if that is all there is a right to.
 * @param known namespaces that may be looked at; the first one stays although it may not, so that this is told
 */
export async function findScope(
  client: KubeClient,
  { preferred, known }: { readonly preferred: string | undefined; readonly known: readonly string[] },
  options: CallOptions = {},
): Promise<Scope> {
  if (await maySee(client, undefined, options)) return { namespaces: undefined, preferred };
  const first = preferred ?? client.identity.namespace;
  const others = [...new Set([client.identity.namespace, ...known])].filter((namespace) => namespace !== first);
  const seen = await Promise.all(others.map((namespace) => maySee(client, namespace, options)));
  const visible = others.filter((_, index) => seen[index]);
  if (preferred === undefined && visible.length > 0 && !(await maySee(client, first, options))) {
    return { namespaces: visible, preferred };
  }
  return { namespaces: [first, ...visible], preferred };
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
