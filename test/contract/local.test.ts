import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../../src/index.ts';
import { describeProcesses, processesWith } from '../support/host-processes.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { describeContract } from './contract.ts';
import type { OpenCluster } from './harness.ts';

describeContract('local', {
  node: process.execPath,
  capabilities: ['restart', 'stop', 'exec', 'shell', 'attach', 'copy', 'visit', 'metrics', 'logBytes'],
  notEnforced: ['resources.cpu', 'resources.memory'],
  refused: [],
  slowness: 1,
  open,
});

async function open(): Promise<OpenCluster> {
  const home = await temporaryHome();
  process.env.SYMPHONY_HOME = home.home;
  const scratch = join(home.folder, 'scratch');
  await mkdir(scratch);
  const cluster = await Cluster.new('local');
  const clients = [cluster];
  return {
    cluster,
    scratch,
    async connect() {
      const client = await Cluster.new('local');
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
