import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations, labels, managedSelector } from '../labels.ts';
import type { KubeLocation } from '../object-names.ts';

/** What is known of an experiment from its record's labels alone. */
export interface KnownExperiment {
  readonly name: string;
  readonly location: KubeLocation;
  readonly launchId: string;
  readonly isDeleting: boolean;
}

/** Selects the ConfigMaps that keep specs. */
export const recordSelector = `${managedSelector},${labels.role}=spec`;

export function knownExperiment({ metadata }: KubeObject): KnownExperiment {
  const name = metadata.labels?.[labels.experiment] ?? '';
  const namespace = metadata.namespace ?? '';
  return {
    name,
    // In a namespace of its own a record has no prefix.
    location: { experiment: name, namespace, ownNamespace: metadata.name === 'symphony-experiment' },
    launchId: metadata.labels?.[labels.launch] ?? '',
    isDeleting: metadata.deletionTimestamp !== undefined || metadata.annotations?.[annotations.deleting] !== undefined,
  };
}

/**
 * Where this user sees experiments: everywhere, or in the context's own namespace if that is all there is a right to.
 * @returns the namespace, or undefined for all
 */
export async function visibleNamespace(
  client: KubeClient,
  preferred: string | undefined,
  options: CallOptions = {},
): Promise<string | undefined> {
  try {
    await client.list('ConfigMap', { query: { labelSelector: recordSelector, limit: 1 }, ...options });
    return undefined;
  } catch (error) {
    if (isStatus(error, 403)) return preferred ?? client.identity.namespace;
    throw error;
  }
}

/** The record of an experiment, in that namespace or wherever it is seen. */
export async function findExperiment(
  client: KubeClient,
  name: string,
  namespace: string | undefined,
  options: CallOptions = {},
): Promise<KnownExperiment | undefined> {
  const record = await findRecord(client, name, namespace, options);
  return record && knownExperiment(record);
}

export async function findRecord(
  client: KubeClient,
  name: string,
  namespace: string | undefined,
  options: CallOptions = {},
): Promise<KubeObject | undefined> {
  const labelSelector = `${recordSelector},${labels.experiment}=${name}`;
  const { items } = await client.list('ConfigMap', { namespace, query: { labelSelector }, ...options });
  return items[0];
}
