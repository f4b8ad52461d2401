import { type Access, describeRight } from './review-rights.ts';

export interface Right extends Access {
  /** The feature that needs it. */
  readonly use: Use;
}

/** Features in reporting order; the first two are essential. */
const uses = [
  'see experiments',
  'launch and delete',
  'keep rules in the cluster',
  'read logs',
  'stop and restart',
  'scale',
  'exec, attach and copy',
  'forward ports',
  'see events',
  'see CPU and memory',
] as const;
type Use = (typeof uses)[number];
const essential: readonly Use[] = ['see experiments', 'launch and delete'];

/**
 * The rights needed by experiments with a namespace of their own; in a shared namespace, the cluster-wide rights are
 * not needed.
 */
export const neededRights: readonly Right[] = [
  { verb: 'create', resource: 'namespaces', isClusterWide: true, use: 'launch and delete' },
  { verb: 'delete', resource: 'namespaces', isClusterWide: true, use: 'launch and delete' },
  { verb: 'list', resource: 'configmaps', isClusterWide: true, use: 'see experiments' },
  { verb: 'list', resource: 'pods', isClusterWide: true, use: 'see experiments' },
  { verb: 'watch', resource: 'pods', isClusterWide: true, use: 'see experiments' },
  { verb: 'list', resource: 'configmaps', use: 'see experiments' },
  { verb: 'list', resource: 'pods', use: 'see experiments' },
  { verb: 'watch', resource: 'pods', use: 'see experiments' },
  { verb: 'create', resource: 'pods', use: 'launch and delete' },
  { verb: 'delete', resource: 'pods', use: 'launch and delete' },
  { verb: 'create', resource: 'configmaps', use: 'launch and delete' },
  { verb: 'patch', resource: 'configmaps', use: 'launch and delete' },
  { verb: 'delete', resource: 'configmaps', use: 'launch and delete' },
  { verb: 'create', resource: 'secrets', use: 'launch and delete' },
  { verb: 'create', resource: 'services', use: 'launch and delete' },
  { verb: 'create', resource: 'deployments', group: 'apps', use: 'keep rules in the cluster' },
  { verb: 'create', resource: 'serviceaccounts', use: 'keep rules in the cluster' },
  { verb: 'create', resource: 'roles', group: 'rbac.authorization.k8s.io', use: 'keep rules in the cluster' },
  { verb: 'create', resource: 'rolebindings', group: 'rbac.authorization.k8s.io', use: 'keep rules in the cluster' },
  { verb: 'get', resource: 'pods', subresource: 'log', use: 'read logs' },
  { verb: 'patch', resource: 'pods', subresource: 'status', use: 'stop and restart' },
  { verb: 'patch', resource: 'services', use: 'scale' },
  { verb: 'delete', resource: 'services', use: 'scale' },
  { verb: 'get', resource: 'pods', subresource: 'exec', use: 'exec, attach and copy' },
  { verb: 'create', resource: 'pods', subresource: 'exec', use: 'exec, attach and copy' },
  { verb: 'get', resource: 'pods', subresource: 'portforward', use: 'forward ports' },
  { verb: 'list', resource: 'events', use: 'see events' },
  { verb: 'list', resource: 'pods', group: 'metrics.k8s.io', use: 'see CPU and memory' },
];

/**
 * Describes the rights as the end of "who may …": all features, some, or only in one namespace, with the missing
 * rights.
 */
export function describeRights(
  missing: readonly Right[],
  namespace: string,
): { readonly works: boolean; readonly description: string } {
  const here = missing.filter(({ isClusterWide }) => !isClusterWide);
  const elsewhere = missing.filter(({ isClusterWide }) => isClusterWide);
  const cannot = new Set(here.map(({ use }) => use));
  const can = uses.filter((use) => !cannot.has(use));
  const works = !essential.some((use) => cannot.has(use));
  const lack = here.length === 0 ? '' : `; not ${listed(here)}`;
  if (elsewhere.length === 0) {
    if (missing.length === 0) return { works, description: `do all that is needed: ${can.join('; ')}` };
    return { works, description: `${can.join('; ') || 'do nothing that is needed'}${lack}` };
  }
  const only = `only in namespace ${namespace} (kube: { namespace: ${namespace} }), for lack of the right to ${listed(elsewhere)}`;
  return { works, description: works ? `${can.join('; ')}${lack}; ${only}` : `not ${listed(missing)}` };
}

function listed(rights: readonly Right[]): string {
  return [...new Set(rights.map(describeRight))].join(', ');
}
