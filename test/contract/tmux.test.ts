import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../../src/index.ts';
import { OwnTmux } from '../e2e/tmux/support/own-tmux.ts';
import { describeProcesses, processesWith } from '../support/host-processes.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { describeContract } from './contract.ts';
import type { OpenCluster } from './harness.ts';

describeContract('tmux', {
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
  const tmux = new OwnTmux();
  const cluster = await Cluster.new('tmux', { socket: tmux.socket });
  const clients = [cluster];
  return {
    cluster,
    scratch,
    async connect() {
      const client = await Cluster.new('tmux', { socket: tmux.socket });
      clients.push(client);
      return client;
    },
    leftovers: async (launchId) => describeProcesses(processesWith('SYMPH_ID', launchId)),
    async close() {
      for (const client of clients) await client.close();
      try {
        await home.expectNothingLeft();
        await tmux.expectGone();
      } finally {
        await tmux.remove();
        await home.remove();
      }
    },
  };
}
