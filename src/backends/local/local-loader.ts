import { release } from 'node:os';
import type { BackendLoader } from '../../engine/client/backend-registry.ts';

/** Loads the local backend on demand. */
export const localLoader: BackendLoader = {
  summary: 'Processes on this machine; needs no other software',
  check: async () => ({ works: true, detail: `${process.platform} ${release()}` }),
  load: async (options) => {
    const { LocalBackend } = await import('./local-backend.ts');
    return new LocalBackend(options);
  },
};
