import '../../src/backends/index.ts';
import type { KubeOptions } from '../../src/backends/kube/api/credentials/kube-options.ts';
import { KubeBackend } from '../../src/backends/kube/kube-backend.ts';
import { Cluster } from '../../src/engine/client/cluster.ts';

/** An image with Node.js that the test cluster has. */
export const supervisorImage = 'docker.io/testcluster/node:1';

/** The cluster that the options, or else the environment, name. */
export async function connectKube(options: KubeOptions): Promise<Cluster> {
  return new Cluster(await KubeBackend.connect({ supervisorImage, ...options }));
}
