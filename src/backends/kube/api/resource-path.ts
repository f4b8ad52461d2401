import { SymphonyError } from '../../../engine/errors.ts';
import type { KubeObject } from './kube-object.ts';

interface Resource {
  readonly group: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const core = (plural: string, namespaced = true): Resource => ({ group: '/api/v1', plural, namespaced });

/** The kinds that experiments are made of. */
const resources = {
  Namespace: core('namespaces', false),
  Node: core('nodes', false),
  ConfigMap: core('configmaps'),
  Secret: core('secrets'),
  Service: core('services'),
  Pod: core('pods'),
  Event: core('events'),
  PersistentVolumeClaim: core('persistentvolumeclaims'),
  ServiceAccount: core('serviceaccounts'),
  ResourceQuota: core('resourcequotas'),
} as const satisfies Record<string, Resource>;

export type Kind = keyof typeof resources;

/** The plural under which the API knows a kind. */
export function pluralOf(kind: Kind): string {
  return resources[kind].plural;
}

/** Where those of a kind are meant that are listed or watched, for messages. */
export function inNamespaces(kind: Kind, namespace: string | undefined): string {
  if (namespace !== undefined) return ` in namespace ${namespace}`;
  return resources[kind].namespaced ? ' in all namespaces' : '';
}

/** Where the objects of a kind are listed: in one namespace, or in all of them. */
export function listPath(kind: Kind, namespace?: string): string {
  const { group, plural, namespaced } = resources[kind];
  return namespaced && namespace !== undefined ? `${group}/namespaces/${namespace}/${plural}` : `${group}/${plural}`;
}

export function objectPath(kind: Kind, name: string, namespace?: string): string {
  return `${listPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

/** @throws SymphonyError `failed` for a kind that no experiment is made of */
export function kindOf(object: KubeObject): Kind {
  if (object.kind !== undefined && Object.hasOwn(resources, object.kind)) return object.kind as Kind;
  throw new SymphonyError('failed', `Symphony creates no ${object.kind ?? 'object without a kind'}.`);
}
