import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../../src/index.ts';
import { plainDefinition } from '../packages/plain-backend/index.ts';
import { describeProcesses, processesWith } from '../support/host-processes.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { describeContract } from './contract.ts';
import type { OpenCluster } from './harness.ts';

// A backend of a package outside src, which knows of Symphony only what every package may import.
Cluster.register('plain', plainDefinition);

describeContract('plain', {
  node: process.execPath,
  capabilities: ['stop'],
  notEnforced: ['resources.cpu', 'resources.memory'],
  gpus: 'not-enforced',
  refused: ['restart', 'maxRestarts', 'onFailure', 'after', 'endsWith', 'maxDuration', 'tty', 'alive'],
  slowness: 1,
  open,
});

async function open(): Promise<OpenCluster> {
  const home = await temporaryHome();
  process.env.SYMPHONY_HOME = home.home;
  const scratch = join(home.folder, 'scratch');
  await mkdir(scratch);
  const cluster = await Cluster.new('plain');
  const clients = [cluster];
  return {
    cluster,
    scratch,
    async connect() {
      const client = await Cluster.new('plain');
      clients.push(client);
      return client;
    },
    leftovers: async (launchId) => describeProcesses(processesWith('SYMPH_ID', launchId)),
    async close() {
      for (const client of clients) await client.close();
      try {
        await home.expectNothingLeft();
      } finally {
        await home.remove();
      }
    },
  };
}
