import type { V1Container, V1DeploymentSpec, V1PodSpec, V1ServiceSpec } from '@kubernetes/client-node';
import type { FromApi } from '../api/api-types.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { parseQuantity } from '../manifests/pod/quantity.ts';

/** Amounts by the name of the resource in a quota. */
export type Demand = Readonly<Record<string, number>>;

type ContainerJson = FromApi<V1Container>;

/**
 * The total quota demand of objects. @param counted objects in the server's version, with how many there are of each
 */
export function quotaDemand(counted: readonly { readonly object: Manifest; readonly count: number }[]): Demand {
  const total: Record<string, number> = {};
  for (const { object, count } of counted) {
    for (const [name, amount] of Object.entries(demandOf(object))) total[name] = (total[name] ?? 0) + amount * count;
  }
  return total;
}

function demandOf({ kind, spec }: Manifest): Record<string, number> {
  switch (kind) {
    case 'Pod':
      return { ...counted('pods'), ...podDemand(spec as FromApi<V1PodSpec>) };
    case 'Service':
      return { ...counted('services'), ...serviceDemand(spec as FromApi<V1ServiceSpec>) };
    case 'ConfigMap':
      return counted('configmaps');
    case 'Secret':
      return counted('secrets');
    case 'ServiceAccount':
      return { 'count/serviceaccounts': 1 };
    case 'Role':
      return { 'count/roles.rbac.authorization.k8s.io': 1 };
    case 'RoleBinding':
      return { 'count/rolebindings.rbac.authorization.k8s.io': 1 };
    case 'Deployment':
      return {
        'count/deployments.apps': 1,
        'count/replicasets.apps': 1,
        ...counted('pods'),
        ...podDemand((spec as FromApi<V1DeploymentSpec>).template?.spec ?? {}),
      };
    default:
      return {};
  }
}

function counted(plural: string): Record<string, number> {
  return { [plural]: 1, [`count/${plural}`]: 1 };
}

function podDemand({ containers = [], initContainers = [] }: FromApi<V1PodSpec>): Record<string, number> {
  const demand: Record<string, number> = {};
  for (const side of ['requests', 'limits'] as const) {
    // Init containers run before the others, one at a time.
    const amounts = [sum(containers, side), ...initContainers.map((container) => sum([container], side))];
    for (const resource of new Set(amounts.flatMap((amount) => Object.keys(amount)))) {
      const most = Math.max(...amounts.map((amount) => amount[resource] ?? 0));
      demand[`${side}.${resource}`] = most;
      if (side === 'requests' && !resource.includes('/')) demand[resource] = most;
    }
  }
  return demand;
}

function sum(containers: readonly ContainerJson[], side: 'requests' | 'limits'): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { resources } of containers) {
    for (const [resource, amount] of Object.entries(resources?.[side] ?? {})) {
      total[resource] = (total[resource] ?? 0) + (parseQuantity(String(amount)) ?? 0);
    }
  }
  return total;
}

function serviceDemand({ type, ports = [] }: FromApi<V1ServiceSpec>): Record<string, number> {
  if (type === 'LoadBalancer') return { 'services.loadbalancers': 1, 'services.nodeports': ports.length };
  return type === 'NodePort' ? { 'services.nodeports': ports.length } : {};
}
