import { describe, expect, it } from 'vitest';
import { type NodePool, parseNodePools } from '../../../../src/backends/kube/pools/node-pools.ts';
import { poolsFromNodes } from '../../../../src/backends/kube/pools/pools-from-nodes.ts';
import { isTerraform, poolsFromTerraform } from '../../../../src/backends/kube/pools/terraform-pools.ts';
import { allocatableOf, placementResources } from '../../../../src/backends/kube/section/placement.ts';
import { thrownBy } from '../../../engine/support/thrown.ts';
import { buildPod } from '../support/manifests.ts';

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
