import { describe, expect, it } from 'vitest';
import { isTerraform, poolsFromTerraform } from '../../../../src/backends/kube/pools/terraform-pools.ts';
import { thrownBy } from '../../../engine/support/thrown.ts';

const gibibyte = 2 ** 30;

describe('Terraform', () => {
  const pool = {
    name: 'trainers',
    node_config: [
      {
        machine_type: 'n1-standard-16',
        guest_accelerator: [{ type: 'nvidia-tesla-v100', count: 2 }],
        taint: [{ key: 'dedicated', value: 'rl', effect: 'NO_SCHEDULE' }],
      },
    ],
  };
  const expected = {
    name: 'trainers',
    cpu: 16,
    memory: 60 * gibibyte,
    gpu: { type: 'nvidia-tesla-v100', count: 2 },
    labels: { 'cloud.google.com/gke-nodepool': 'trainers' },
    taints: [
      { key: 'dedicated', value: 'rl', effect: 'NoSchedule' },
      { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' },
    ],
    allocatable: false,
  };
  const resource = { type: 'google_container_node_pool', name: 'key', values: pool };
  const other = { type: 'google_container_cluster', name: 'c', values: {} };

  it.for<[string, object]>([
    ['a configuration', { resource: { google_container_node_pool: { key: pool } } }],
    ['a configuration with lists', { resource: [{ google_container_node_pool: [{ key: [pool] }] }] }],
    [
      'a state file',
      { version: 4, resources: [{ ...resource, values: undefined, instances: [{ attributes: pool }] }] },
    ],
    [
      'terraform show -json',
      { values: { root_module: { resources: [other], child_modules: [{ resources: [resource] }] } } },
    ],
    ['a plan', { planned_values: { root_module: { resources: [resource] } } }],
  ])('is read from %s', ([, json]) => {
    expect(isTerraform(json)).toBe(true);
    expect(poolsFromTerraform(json, 'tf.json')).toEqual([expected]);
  });

  it('knows kinds of machines', async () => {
    const read = (machine_type: string) => {
      const [only] = poolsFromTerraform(
        { resource: { google_container_node_pool: { key: { node_config: { machine_type } } } } },
        'tf.json',
      );
      return [only?.name, only?.cpu, (only?.memory ?? 0) / gibibyte, only?.gpu?.count];
    };
    expect(read('e2-highmem-8')).toEqual(['key', 8, 64, undefined]);
    expect(read('a2-highgpu-4g')).toEqual(['key', 48, 340, 4]);
    expect(read('g2-standard-24')).toEqual(['key', 24, 96, 2]);
    expect(read('n2-custom-6-20480')).toEqual(['key', 6, 20, undefined]);
    const { message } = await thrownBy(() => read('x9-mega-3'));
    expect(message).toBe('tf.json: the machine type x9-mega-3 of node pool key is not known.');
  });

  it('without a pool is refused', async () => {
    const { message } = await thrownBy(() => poolsFromTerraform({ resource: {} }, 'tf.json'));
    expect(message).toBe('tf.json has no google_container_node_pool.');
    expect(isTerraform([{ name: 'gpu' }])).toBe(false);
  });
});
