import { expect, it } from 'vitest';
import { poolsFromNodes } from '../../../../src/backends/kube/pools/pools-from-nodes.ts';

it('reads pools from the nodes of the cluster, the smallest of each', () => {
  const node = (name: string, pool: string | undefined, cpu: string, gpus?: string) => ({
    metadata: { name, labels: pool === undefined ? {} : { 'eks.amazonaws.com/nodegroup': pool } },
    spec: {
      taints: [
        { key: 'dedicated', value: 'rl', effect: 'NoSchedule' },
        { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
      ],
    },
    status: { allocatable: { cpu, memory: '15835852Ki', ...(gpus && { 'nvidia.com/gpu': gpus }) } },
  });
  expect(
    poolsFromNodes([node('a', 'p', '7910m', '2'), node('b', 'p', '3920m', '4'), node('c', undefined, '2')]),
  ).toEqual([
    {
      name: 'p',
      cpu: 3.92,
      memory: 15835852 * 1024,
      gpu: { count: 2 },
      labels: { 'eks.amazonaws.com/nodegroup': 'p' },
      taints: [{ key: 'dedicated', value: 'rl', effect: 'NoSchedule' }],
      allocatable: true,
    },
    expect.objectContaining({ name: 'c', cpu: 2, labels: { 'kubernetes.io/hostname': 'c' } }),
  ]);
});
