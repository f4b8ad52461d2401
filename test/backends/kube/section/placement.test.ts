import { describe, expect, it } from 'vitest';
import type { NodePool } from '../../../../src/backends/kube/pools/node-pools.ts';
import { allocatableOf, placementResources } from '../../../../src/backends/kube/section/placement.ts';
import { thrownBy } from '../../../engine/support/thrown.ts';
import { buildPod } from '../support/manifests.ts';

const gibibyte = 2 ** 30;
const labels = { pool: 'gpu' };

describe('a place', () => {
  const pool: NodePool = {
    name: 'gpu',
    cpu: 16,
    memory: 60 * gibibyte,
    gpu: { count: 4 },
    labels,
    taints: [
      { key: 'gpu', value: 'yes', effect: 'NoSchedule' },
      { key: 'spot', effect: 'NoExecute' },
    ],
    allocatable: false,
  };

  it('leaves room for the system, so that five fifths fit', () => {
    const usable = allocatableOf(pool);
    expect(usable.cpu).toBeLessThan(15.8);
    expect(usable.cpu).toBeGreaterThan(15);
    expect(usable.memory).toBeLessThan(60 * gibibyte - 5 * gibibyte);
    expect(usable.memory).toBeGreaterThan(50 * gibibyte);
    for (const share of [1, 0.5, '1/3', 0.2, '1/7', 0.1]) {
      const part = typeof share === 'number' ? share : Number(share.split('/')[0]) / Number(share.split('/')[1]);
      const { cpu = 0, memory = 0 } = placementResources({ share }, pool);
      expect(Math.round(1 / part) * cpu).toBeLessThanOrEqual(usable.cpu + 1e-9);
      expect(Math.round(1 / part) * memory).toBeLessThanOrEqual(usable.memory);
      expect(cpu).toBeGreaterThan(usable.cpu * part - 0.0011);
    }
  });

  it('asks for GPUs with their part of the machine, and for what is said outright', () => {
    const half = placementResources({ share: 0.5 }, pool);
    expect(placementResources({ gpus: 2 }, pool)).toEqual({ ...half, gpu: 2 });
    expect(placementResources({ gpus: 2, cpu: '1500m', memory: '1Gi' }, pool)).toEqual({
      cpu: 1.5,
      memory: gibibyte,
      gpu: 2,
    });
    expect(placementResources({ cpu: 1 }, undefined)).toEqual({ cpu: 1 });
    expect(placementResources({}, pool)).toEqual({});
  });

  it('that no machine has is refused', async () => {
    const message = async (place: object, of?: NodePool) =>
      (await thrownBy(() => placementResources(place, of))).message;
    expect(await message({ gpus: 8 }, pool)).toBe('it wants 8 GPUs, and a machine of node pool gpu has 4');
    expect(await message({ cpu: 16 }, pool)).toMatch(
      /^it wants 16 CPU cores, and a machine of node pool gpu has 15\.\d+ /,
    );
    expect(await message({ share: '6/5' }, pool)).toBe('6/5 is more than one machine');
    expect(await message({ share: 0.2 })).toContain('name the pool');
    const { gpu: _, ...without } = pool;
    expect(await message({ gpus: 1 }, without)).toBe('the machines of node pool gpu have no GPU');
  });

  it('becomes requests, selectors and tolerations of the pod', () => {
    const kube = { place: { pool: 'gpu', gpus: 1 }, tolerations: [{ key: 'mine', operator: 'Exists' }] };
    const { spec, container } = buildPod({ kube, resources: { memory: '4Gi' } }, {}, { nodePools: [pool] });
    expect(spec.nodeSelector).toEqual({ pool: 'gpu' });
    expect(spec.tolerations).toEqual([
      { key: 'mine', operator: 'Exists' },
      { key: 'gpu', operator: 'Equal', value: 'yes', effect: 'NoSchedule' },
      { key: 'spot', operator: 'Exists', effect: 'NoExecute' },
    ]);
    expect(container.resources.limits).toEqual({ memory: '4Gi', 'nvidia.com/gpu': '1' });
    expect(container.resources.requests.cpu).toMatch(/^3\d{3}m$/);
  });

  it('may name a pool that the experiment declares, and an amount further in', () => {
    const nodePools = [{ name: 'small', cpu: 4, memory: '16Gi', labels }];
    const { container, spec } = buildPod(
      { kube: { place: { cpu: 1 } } },
      { kube: { nodePools, place: { pool: 'small', share: 1 } } },
    );
    expect(spec.nodeSelector).toEqual(labels);
    expect(container.resources).toEqual({ requests: { cpu: '1' } });
  });
});
