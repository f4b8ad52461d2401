import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { KubeObject } from './kube-object.ts';

interface Resource {
  readonly group: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const core = (plural: string, namespaced = true): Resource => ({ group: '/api/v1', plural, namespaced });
const rbac = (plural: string): Resource => ({ group: '/apis/rbac.authorization.k8s.io/v1', plural, namespaced: true });

/** The kinds of objects in experiments. */
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
  Deployment: { group: '/apis/apps/v1', plural: 'deployments', namespaced: true },
  Role: rbac('roles'),
  RoleBinding: rbac('rolebindings'),
} as const satisfies Record<string, Resource>;

export type Kind = keyof typeof resources;

/** One container of a pod. */
export interface ContainerName {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** The plural of a kind, as in API paths. */
export function pluralOf(kind: Kind): string {
  return resources[kind].plural;
}

/** The scope of a list or watch, for messages. */
export function inNamespaces(kind: Kind, namespace: string | undefined): string {
  if (namespace !== undefined) return ` in namespace ${namespace}`;
  return resources[kind].namespaced ? ' in all namespaces' : '';
}

/** The path of a list: in one namespace, or in all. */
export function listPath(kind: Kind, namespace?: string): string {
  const { group, plural, namespaced } = resources[kind];
  return namespaced && namespace !== undefined ? `${group}/namespaces/${namespace}/${plural}` : `${group}/${plural}`;
}

export function objectPath(kind: Kind, name: string, namespace?: string): string {
  return `${listPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

/** @throws SymphonyError `failed` for a kind that experiments do not have */
export function kindOf(object: KubeObject): Kind {
  if (object.kind !== undefined && Object.hasOwn(resources, object.kind)) return object.kind as Kind;
  throw new SymphonyError('failed', `Symphony creates no ${object.kind ?? 'object without a kind'}.`);
}
