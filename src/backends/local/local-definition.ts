import { release } from 'node:os';
import type { BackendDefinition } from '../../engine/contract/backend-definition.ts';
import { hostDefinition } from '../supervision/keeper/backend/host-definition.ts';

declare module '../../engine/contract/extensions.ts' {
  interface BackendOptions {
    readonly local: Readonly<Record<never, never>>;
  }
}

/** Describes the local backend and loads it on demand. */
export const localDefinition: BackendDefinition = {
  ...hostDefinition,
  summary: 'Processes on this machine; needs no other software',
  options: [],
  check: async () => ({ works: true, detail: `${process.platform} ${release()}` }),
  load: async (options) => {
    const { LocalBackend } = await import('./local-backend.ts');
    return new LocalBackend(options);
  },
};
