import { describe, expect, it } from 'vitest';
import { parseNodePools } from '../../../../src/backends/kube/pools/node-pools.ts';
import { thrownBy } from '../../../engine/support/thrown.ts';

const gibibyte = 2 ** 30;
const labels = { pool: 'gpu' };

describe('a node-pool file', () => {
  it('lists pools', () => {
    const file = [
      {
        name: 'gpu',
        cpu: 16,
        memory: '64Gi',
        gpu: { type: 'nvidia-tesla-t4', count: 4 },
        labels,
        taints: [{ key: 'gpu', effect: 'NoSchedule' }],
      },
      { name: 'cpu', cpu: '7500m', memory: '16Gi', gpu: 1, labels },
    ];
    const pools = parseNodePools(file, 'pools.yaml');
    expect(pools).toMatchObject([
      { name: 'gpu', cpu: 16, memory: 64 * gibibyte, gpu: { count: 4 }, taints: [{ key: 'gpu' }] },
      { name: 'cpu', cpu: 7.5, gpu: { count: 1 }, taints: [] },
    ]);
    expect(parseNodePools({ nodePools: file }, 'pools.yaml')).toEqual(pools);
  });

  it('that is wrong is refused with the place', async () => {
    const pools = [{ name: 'a', cpu: 0, memory: '1Gi', labels: {}, taints: [{ key: 'x', effect: 'y' }] }];
    const { message } = await thrownBy(() => parseNodePools(pools, 'pools.yaml'));
    expect(message).toContain('pools.yaml has 3 problems');
    expect(message).toContain('[0].cpu: is 0; it must be CPU cores');
    expect(message).toContain('[0].labels: is a map; it must be a label that only its nodes have');
    expect(message).toContain('[0].taints[0].effect: is "y"; it must be NoSchedule');
    expect((await thrownBy(() => parseNodePools('x', 'f'))).message).toContain('it must be a list of node pools');
  });
});
