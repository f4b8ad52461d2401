import { release } from 'node:os';
import type { BackendDefinition } from '../../engine/contract/backend-definition.ts';
import { hostFacts } from '../supervision/keeper/backend/host-facts.ts';

/** Describes the local backend and loads it on demand. */
export const localDefinition: BackendDefinition = {
  summary: 'Processes on this machine; needs no other software',
  facts: hostFacts,
  check: async () => ({ works: true, detail: `${process.platform} ${release()}` }),
  load: async (options) => {
    const { LocalBackend } = await import('./local-backend.ts');
    return new LocalBackend(options);
  },
};
