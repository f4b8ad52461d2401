import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEndpoint } from '../../src/backends/docker/api/connection/find-endpoint.ts';
import { EngineClient } from '../../src/backends/docker/api/engine-client.ts';
import { labels } from '../../src/backends/docker/containers/labels.ts';
import { Cluster } from '../../src/index.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { describeContract } from './contract.ts';
import type { OpenCluster } from './harness.ts';

// The engine is this machine's, and mounts the folder into the containers at the same path.
const scratch = await mkdtemp(join(tmpdir(), 'symphony-docker-'));
await chmod(scratch, 0o777);

describeContract('docker', {
  node: 'node',
  capabilities: ['restart', 'stop', 'scale', 'exec', 'shell', 'attach', 'copy', 'visit', 'metrics', 'events'],
  refused: ['openLines'],
  notEnforced: [],
  gpus: 'requested',
  processDefaults: { image: 'docker.io/testcluster/node:1', docker: { volumes: [`${scratch}:${scratch}`] } },
  slowness: 4,
  open,
});

async function open(): Promise<OpenCluster> {
  const home = await temporaryHome();
  process.env.SYMPHONY_HOME = home.home;
  const client = new EngineClient(await findEndpoint());
  const cluster = await Cluster.new('docker');
  const clients = [cluster];
  const launches = new Set<string>();
  const containers = async (launchId: string, states?: readonly string[]) =>
    (await client.listContainers({ [labels.launch]: launchId }))
      .filter(({ State }) => states?.includes(State) ?? true)
      .map(({ Names, State }) => `${State} container ${Names[0]}`);
  return {
    cluster,
    scratch,
    async connect() {
      const other = await Cluster.new('docker');
      clients.push(other);
      return other;
    },
    async leftovers(launchId) {
      launches.add(launchId);
      // The container of a run that has ended is kept for its log.
      return containers(launchId, ['running', 'paused', 'restarting']);
    },
    async close() {
      for (const other of clients) await other.close();
      try {
        const networks = await client.listNetworks({ [labels.launch]: undefined });
        const left = networks
          .filter(({ Labels }) => launches.has(Labels?.[labels.launch] ?? ''))
          .map(({ Name }) => `network ${Name}`);
        for (const launchId of launches) {
          left.push(...(await containers(launchId)));
          left.push(...(await client.listVolumes({ [labels.launch]: launchId })).map(({ Name }) => `volume ${Name}`));
        }
        if (left.length > 0) throw new Error(`These are left: ${left.join(', ')}.`);
        await home.expectNothingLeft();
      } finally {
        client.close();
        await rm(scratch, { recursive: true, force: true });
        await home.remove();
      }
    },
  };
}
