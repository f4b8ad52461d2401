import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKubeConfig } from '../../src/backends/kube/api/credentials/load-kube-config.ts';
import { KubeClient } from '../../src/backends/kube/api/kube-client.ts';
import { labels, managedSelector } from '../../src/backends/kube/manifests/labels.ts';
import { makeServerReachable } from '../e2e/kube/support/reachable-server.ts';
import { connectKube } from '../support/connect-kube.ts';
import { describeProcesses, processesWith } from '../support/host-processes.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { describeContract } from './contract.ts';
import type { OpenCluster } from './harness.ts';

// The node is this machine, and mounts the folder into the pods at the same path.
const scratch = await mkdtemp(join(tmpdir(), 'symphony-kube-'));
await chmod(scratch, 0o777);

describeContract('kube', {
  node: 'node',
  capabilities: ['restart', 'stop', 'scale', 'exec', 'shell', 'attach', 'copy', 'visit', 'events', 'check'],
  // A node keeps only the last ended container, and therefore only one earlier log. One older than Kubernetes 1.22 does not
  // shorten the time of a pod that is ending, nor does it report how the containers of a pod end that has passed its
  // deadline. A group is one pod, whose containers cannot change.
  refused: ['previousOfEnded', 'openLines', 'killWhileEnding', 'exitOfStopped', 'scaleInGroup'],
  notEnforced: [],
  gpus: 'requested',
  processDefaults: {
    image: 'docker.io/testcluster/node:1',
    kube: { imagePullPolicy: 'IfNotPresent', expose: 'none', volumes: [{ mount: scratch, hostPath: scratch }] },
  },
  slowness: 6,
  open,
});

async function open(): Promise<OpenCluster> {
  const home = await temporaryHome();
  process.env.SYMPHONY_HOME = home.home;
  const client = new KubeClient(loadKubeConfig({}));
  const endForwarding = await makeServerReachable(client);
  const standing = async (labelSelector: string, fieldSelector?: string) => {
    const { items } = await client.list('Pod', { query: { labelSelector, fieldSelector } });
    return items.map(({ metadata }) => `pod ${metadata.namespace}/${metadata.name}`);
  };
  // The pod of a stopped process has ended, and is kept for its logs.
  const alive = 'status.phase!=Failed,status.phase!=Succeeded';
  const before = new Set(await standing(managedSelector));
  const cluster = await connectKube({});
  const clients = [cluster];
  return {
    cluster,
    scratch,
    async connect() {
      const client = await connectKube({});
      clients.push(client);
      return client;
    },
    async leftovers(launchId) {
      const processes = describeProcesses(processesWith('SYMPH_ID', launchId));
      return [...processes, ...(await standing(`${labels.launch}=${launchId},${labels.role}=pod`, alive))];
    },
    async close() {
      for (const client of clients) await client.close();
      const left = (await standing(managedSelector)).filter((pod) => !before.has(pod));
      await endForwarding();
      client.close();
      await rm(scratch, { recursive: true, force: true });
      await home.remove();
      if (left.length > 0) throw new Error(`These are left: ${left.join(', ')}.`);
    },
  };
}
