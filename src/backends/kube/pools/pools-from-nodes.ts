import type { V1Node } from '@kubernetes/client-node';
import type { ApiObject } from '../api/api-types.ts';
import { parseQuantity } from '../manifests/pod/quantity.ts';
import type { NodePool } from './node-pools.ts';

/** A node as the API gives it. */
export type NodeObject = ApiObject<V1Node>;

/** Labels with the name of a node's pool by provider, in order of preference; the instance type is the fallback. */
const poolLabels = [
  'cloud.google.com/gke-nodepool',
  'eks.amazonaws.com/nodegroup',
  'kubernetes.azure.com/agentpool',
  'agentpool',
  'karpenter.sh/nodepool',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/hostname',
];

/** Taints that reflect a node's current condition do not belong to its pool. */
const transientTaint = /^node\.(kubernetes\.io|cloudprovider\.kubernetes\.io)\//;

/** Derives node pools from a cluster's nodes; the smallest machine of a pool determines its size. */
export function poolsFromNodes(nodes: readonly NodeObject[], gpuResource = 'nvidia.com/gpu'): NodePool[] {
  const pools = new Map<string, NodePool>();
  for (const { metadata, spec, status } of nodes) {
    const label = poolLabels.find((name) => metadata.labels?.[name] !== undefined);
    const name = label === undefined ? metadata.name : (metadata.labels?.[label] ?? metadata.name);
    const amount = (resource: string) => parseQuantity(status?.allocatable?.[resource] ?? '0') ?? 0;
    const known = pools.get(name);
    const gpus = Math.min(amount(gpuResource), known?.gpu?.count ?? Number.POSITIVE_INFINITY);
    pools.set(name, {
      name,
      cpu: Math.min(amount('cpu'), known?.cpu ?? Number.POSITIVE_INFINITY),
      memory: Math.min(amount('memory'), known?.memory ?? Number.POSITIVE_INFINITY),
      ...(gpus > 0 ? { gpu: { count: gpus } } : {}),
      labels: label === undefined ? { 'kubernetes.io/hostname': name } : { [label]: name },
      taints: known?.taints ?? (spec?.taints ?? []).filter(({ key }) => !transientTaint.test(key)),
      allocatable: true,
    });
  }
  return [...pools.values()];
}
