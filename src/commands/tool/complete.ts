import { completeWords } from '../completion/complete-words.ts';
import type { CommandDefinition } from '../program/command.ts';

/** Called by the completion scripts with the words of a command line; completes the last one. */
export const complete: CommandDefinition = {
  name: '__complete',
  hidden: true,
  seesAllCommands: true,
  configure: (command) => command.argument('[words...]'),
  async run(args, context) {
    // A shell that waits for completions cannot show an error.
    const { candidates, files } = await completeWords(context.program, args.words ?? [], context).catch(() => ({
      candidates: [],
      files: false,
    }));
    const lines = candidates.map(({ word, description }) => `${word}\t${description}\n`);
    await context.write(`${lines.join('')}${files ? ':files\n' : ''}`);
  },
};
