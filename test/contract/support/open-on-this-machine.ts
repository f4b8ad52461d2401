import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../../../src/index.ts';
import { describeProcesses, processesWith } from '../../support/host-processes.ts';
import { newGpuIds, writeNvidiaSmi } from '../../support/nvidia-smi.ts';
import { temporaryHome } from '../../support/temporary-home.ts';
import type { ContractHarness, OpenCluster } from '../harness.ts';

const handedOut = newGpuIds(8);

/** What a backend that runs processes on this machine declares to the suite. */
export const machineHarness = {
  node: process.execPath,
  capabilities: [
    'restart',
    'stop',
    'scale',
    'exec',
    'shell',
    'attach',
    'copy',
    'visit',
    'metrics',
    'events',
    'logBytes',
  ],
  notEnforced: ['resources.cpu', 'resources.memory'],
  gpus: { handedOut },
  refused: [],
  slowness: 1,
} as const satisfies Omit<ContractHarness, 'open'>;

/** What a backend starts beside the processes of experiments, such as a tmux server. */
interface Surroundings {
  /** The settings of the cluster. */
  readonly settings?: Parameters<typeof Cluster.new>[1];
  /** Resolves once nothing of it is left. */
  expectGone?(): Promise<void>;
  remove?(): Promise<void>;
}

/** Opens a cluster of a backend that runs processes on this machine, in a SYMPHONY_HOME of its own. */
export async function openOnThisMachine(backend: string, surroundings: Surroundings = {}): Promise<OpenCluster> {
  const home = await temporaryHome();
  process.env.SYMPHONY_HOME = home.home;
  const tools = await writeNvidiaSmi(
    home.folder,
    handedOut.map((id) => ({ id })),
  );
  process.env.PATH = `${tools}:${process.env.PATH}`;
  const scratch = join(home.folder, 'scratch');
  await mkdir(scratch);
  const clients: Cluster[] = [];
  const connect = async () => {
    const client = await Cluster.new(backend, surroundings.settings);
    clients.push(client);
    return client;
  };
  return {
    cluster: await connect(),
    scratch,
    connect,
    leftovers: async (launchId) => describeProcesses(processesWith('SYMPH_ID', launchId)),
    async close() {
      for (const client of clients) await client.close();
      try {
        await home.expectNothingLeft();
        await surroundings.expectGone?.();
      } finally {
        await surroundings.remove?.();
        await home.remove();
      }
    },
  };
}
