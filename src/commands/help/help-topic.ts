import type { HelpBlock } from './help-block.ts';

/** Something that `symphony help` explains besides commands. */
export interface HelpTopic {
  readonly name: string;
  readonly summary: string;
  /** @param program the name of the program */
  readonly blocks: (program: string) => Promise<readonly HelpBlock[]>;
}

/** The topics. Their contents are loaded when they are shown, because every command loads this. */
export const helpTopics: readonly HelpTopic[] = [
  {
    name: 'exit-codes',
    summary: 'what the exit code of a command means',
    blocks: async (program) => (await import('./exit-codes-topic.ts')).exitCodesTopic(program),
  },
  {
    name: 'environment',
    summary: 'the environment variables that are read, and those that a process finds',
    blocks: async (program) => (await import('./environment-topic.ts')).environmentTopic(program),
  },
  {
    name: 'spec',
    summary: 'the fields of a declaration',
    blocks: async (program) => (await import('./spec-topic.ts')).specTopic(program),
  },
];
