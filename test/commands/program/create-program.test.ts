import { describe, expect, it } from 'vitest';
import type { CommandArguments, CommandDefinition } from '../../../src/commands/program/command.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';

describe('arguments', () => {
  async function parse(words: readonly string[]): Promise<CommandArguments> {
    let seen: CommandArguments | undefined;
    const definition: CommandDefinition = {
      name: 'try',
      aliases: ['t'],
      configure: (command) =>
        command
          .argument('[my-target]')
          .argument('[experiment]')
          .option('--dry-run')
          .option('-n, --count <n>', '', Number, 3),
      run: () => Promise.resolve(),
    };
    const program = createProgram({
      name: 'symphony',
      version: '0',
      commands: [definition],
      runCommand: async (_, args) => {
        seen = args;
      },
    });
    await program.parseAsync([...words], { from: 'user' });
    if (seen === undefined) throw new Error('The command did not run.');
    return seen;
  }

  it('are named in camel case, with their defaults, in the order of declaration', async () => {
    expect(await parse(['t', 'a', '--dry-run', 'b'])).toMatchObject({
      myTarget: 'a',
      experiment: 'b',
      dryRun: true,
      count: 3,
      color: true,
      positional: ['a', 'b'],
    });
  });

  it('may stand before the command or after it, and the later one wins', async () => {
    expect(await parse(['--backend', 'tmux', '--no-color', 'try'])).toMatchObject({ backend: 'tmux', color: false });
    expect(await parse(['--backend', 'tmux', 'try', '--backend', 'kube'])).toMatchObject({ backend: 'kube' });
    expect(await parse(['try', '-n', '5', '-o', 'json'])).toMatchObject({ count: 5, output: 'json' });
  });

  it('name one experiment', async () => {
    expect(await parse(['try', 'a', '-e', 'rl'])).toMatchObject({ experiment: 'rl' });
    await expect(parse(['try', 'a', 'one', '-e', 'two'])).rejects.toMatchObject({ code: 'usage' });
  });
});
