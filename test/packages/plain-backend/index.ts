import type { BackendDefinition } from 'symphony';

/**
 * A backend for programs: it runs processes on this machine, without a supervisor, for as long as the program that launched
 * them. It keeps nothing on disk but secret files, and its plan refuses what needs more: restarts, terminals.
 */
export const plainDefinition: BackendDefinition = {
  summary: 'Processes of this program, which end with it',
  check: async () => ({ works: process.platform === 'linux', detail: `${process.platform} ${process.version}` }),
  load: async () => {
    const { PlainBackend } = await import('./plain-backend.ts');
    return new PlainBackend();
  },
};
