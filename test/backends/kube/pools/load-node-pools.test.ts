import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadNodePools } from '../../../../src/backends/kube/pools/load-node-pools.ts';
import { thrownBy } from '../../../engine/support/thrown.ts';

const nodes = [{ metadata: { name: 'n' }, status: { allocatable: { cpu: '4', memory: '8Gi' } } }];
const client = {
  request: async ({ path }: { readonly path: string }) => ({ items: path === '/api/v1/nodes' ? nodes : [] }) as never,
};

it('reads node pools from a file, from Terraform, or from the cluster', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-pools-'));
  const load = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return loadNodePools(join(folder, name), client);
  };
  try {
    const own = '- { name: own, cpu: 4, memory: 16Gi, labels: { pool: own } }\n';
    expect(await load('pools.yaml', own)).toMatchObject([{ name: 'own', cpu: 4 }]);
    const terraform = {
      resource: { google_container_node_pool: { tf: { node_config: { machine_type: 'e2-standard-4' } } } },
    };
    expect(await load('main.tf.json', JSON.stringify(terraform))).toMatchObject([{ name: 'tf', cpu: 4 }]);
    expect(await loadNodePools('cluster', client)).toMatchObject([{ name: 'n', cpu: 4, allocatable: true }]);
    expect((await thrownBy(() => load('twice.yaml', own + own))).message).toMatch(/two node pools called own\.$/);
    expect(await thrownBy(() => loadNodePools(join(folder, 'none'), client))).toMatchObject({ code: 'not-found' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
