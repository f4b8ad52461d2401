import { describe, expect, it } from 'vitest';
import type { CommandDefinition, ParsedArguments } from '../../../src/commands/program/command.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';
import { registerBackend } from '../../../src/engine/contract/backend-registry.ts';
import { inertBackend } from '../../engine/support/inert-backend.ts';

describe('arguments', () => {
  async function parse(words: readonly string[]): Promise<ParsedArguments> {
    let seen: ParsedArguments | undefined;
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

describe('options of backends', () => {
  const text = { schema: { type: 'string' }, default: '', description: 'What it does', expects: 'a text' } as const;
  const host = { value: 'host', description: 'the host' };

  function helpOf(configure: CommandDefinition['configure'], words: readonly string[]) {
    registerBackend('grid', {
      ...inertBackend,
      settings: { gridHost: { ...text, flag: host }, gridQueue: text, output: { ...text, flag: host } },
    });
    let seen: ParsedArguments | undefined;
    const program = createProgram({
      name: 'symphony',
      version: '0',
      commands: [{ name: 'try', configure, run: () => Promise.resolve() }],
      runCommand: async (_, args) => {
        seen = args;
      },
    });
    program.parse([...words], { from: 'user' });
    return { args: seen, help: program.commands[0]?.helpInformation() ?? '' };
  }

  it('come from their settings, and say which backend they belong to', () => {
    const { args, help } = helpOf(() => {}, ['--grid-host', 'example', 'try']);
    expect(args).toMatchObject({ gridHost: 'example' });
    expect(help).toMatch(/--backend <name> .*: grid\n/);
    expect(help).toMatch(/--grid-host <host> +grid: the host\n/);
    expect(help).not.toContain('grid-queue');
  });

  it('give way to those of every command and to those of a command itself', () => {
    const own = helpOf((command) => command.option('--grid-host <own>', 'its own'), ['try', '-o', 'json']);
    expect(own.help).toMatch(/--grid-host <own> +its own\n/);
    expect(own.help).not.toContain('grid: the host');
    expect(own.args).toMatchObject({ output: 'json' });
  });
});
