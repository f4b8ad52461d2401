import type { BackendDefinition } from '@symphony-run/symphony';
import type { PlainSection } from './plain-section.ts';

declare module '@symphony-run/symphony' {
  interface BackendSections {
    readonly plain?: PlainSection;
  }
  interface BackendSettings {
    readonly plainNiceness: number;
  }
  interface ProcessFacts {
    readonly niceness?: number;
  }
}

/**
 * A backend for programs: it runs processes on this machine, without a supervisor, for as long as the program that launched
 * them. It keeps nothing on disk but secret files, and its plan refuses what needs more: restarts, terminals.
 */
export const plainDefinition: BackendDefinition = {
  summary: 'Processes of this program, which end with it',
  section: { schemas: async () => (await import('./plain-section.ts')).plainSectionSchemas },
  settings: {
    plainNiceness: {
      schema: { type: 'integer', minimum: 0, maximum: 19 },
      default: 0,
      description: 'How much processes on plain yield to others, unless a spec says it',
      expects: 'a whole number from 0 to 19',
      flag: { value: 'number', description: 'how much processes yield to others' },
    },
  },
  facts: [
    { name: 'pid', title: 'Pid', align: 'right' },
    { name: 'niceness', title: 'Nice', align: 'right' },
  ],
  check: async () => ({ works: process.platform === 'linux', detail: `${process.platform} ${process.version}` }),
  load: async () => {
    const { PlainBackend } = await import('./plain-backend.ts');
    return new PlainBackend();
  },
};
