import { release } from 'node:os';
import type { BackendLoader } from '../../engine/backend-registry.ts';

/** The local backend, without loading it. */
export const localLoader: BackendLoader = {
  summary: 'Processes of this machine; needs nothing installed',
  check: async () => ({ works: true, detail: `${process.platform} ${release()}` }),
  load: async (options) => {
    const { LocalCluster } = await import('./local-cluster.ts');
    return new LocalCluster(options);
  },
};
