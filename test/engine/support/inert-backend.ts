import type { BackendDefinition } from '../../../src/engine/contract/backend-definition.ts';

/** The definition of a backend that is only registered, never loaded. */
export const inertBackend: BackendDefinition = {
  summary: 'A backend of a test',
  check: async () => ({ works: false, detail: 'It is a test.' }),
  load: async () => {
    throw new Error('It is not loaded in this test.');
  },
};
