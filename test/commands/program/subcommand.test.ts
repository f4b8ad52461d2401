import { describe, expect, it } from 'vitest';
import type { CommandContext, CommandDefinition, ParsedArguments } from '../../../src/commands/program/command.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';
import {
  fullName,
  replaceDefinition,
  withAction,
  withConfiguration,
  withDefaults,
} from '../../../src/commands/program/subcommand.ts';

const ran: ParsedArguments[] = [];
const list: CommandDefinition = {
  name: 'list',
  aliases: ['ls'],
  configure: (command) => command.argument('[name]').option('-n, --tail <lines>', 'last lines', '10'),
  run: async (args) => {
    ran.push(args);
    return 7;
  },
};
const definitions: readonly CommandDefinition[] = [
  { name: 'other', configure: () => {}, run: async () => {} },
  { ...list, name: 'history', aliases: ['h'], commands: [list] },
];

async function parse(commands: readonly CommandDefinition[], words: readonly string[]) {
  let result: unknown;
  const program = createProgram({
    name: 'symphony',
    version: '0',
    commands,
    runCommand: async (definition, args) => {
      result = await definition.run(args, {} as CommandContext);
    },
  });
  await program.parseAsync([...words], { from: 'user' });
  return { result, args: ran.at(-1), program };
}

describe('a command', () => {
  it('is found by its name or alias, and within its parent', () => {
    expect(fullName(definitions, ['h', 'ls'])).toBe('history list');
    const changed = replaceDefinition(definitions, ['h', 'ls'], (one) => ({ ...one, hidden: true }));
    expect(changed.map(({ name, hidden }) => [name, hidden])).toEqual([
      ['other', undefined],
      ['history', undefined],
    ]);
    expect(changed[1]?.commands?.[0]).toMatchObject({ name: 'list', hidden: true });
  });

  it('that does not exist is refused with similar names', () => {
    expect(() => fullName(definitions, ['histori'])).toThrow(
      expect.objectContaining({ code: 'usage', hint: 'Did you mean history?' }),
    );
    expect(() => replaceDefinition(definitions, ['other', 'ls'], (one) => one)).toThrow(
      expect.objectContaining({ message: 'There is no command "ls".' }),
    );
  });

  it('gets options and keeps its own', async () => {
    const extended = withConfiguration(list, (command) => command.option('--best', 'only the best'));
    const { args, program } = await parse([extended], ['ls', 'a', '--best', '-n', '3']);
    expect(args).toMatchObject({ name: 'a', best: true, tail: '3' });
    expect(program.commands[0]?.helpInformation()).toMatch(/--best +only the best\n/);
  });
});

describe('defaults', () => {
  const extended = withDefaults(withDefaults(list, { tail: '100', output: 'wide' }), { tail: '50' });

  it('hold unless the command line says otherwise, before or after the command', async () => {
    expect((await parse([extended], ['ls'])).args).toMatchObject({ tail: '50', output: 'wide' });
    expect((await parse([extended], ['-o', 'json', 'ls', '-n', '1'])).args).toMatchObject({
      tail: '1',
      output: 'json',
    });
  });

  it('are in the help', async () => {
    const { program } = await parse([extended], ['ls']);
    expect(program.commands[0]?.helpInformation()).toContain('last lines (default: "50")');
  });

  it('of an option that does not exist are refused', async () => {
    await expect(parse([withDefaults(list, { tial: 1 })], ['ls'])).rejects.toMatchObject({
      code: 'usage',
      message: 'The command list has no option "tial".',
      hint: 'Did you mean tail?',
    });
  });
});

describe('a wrapped action', () => {
  it('sees the arguments, may change them, and gives the exit code', async () => {
    const seen: unknown[] = [];
    const inner = withAction(list, async (args, _, run) => {
      seen.push(args.name);
      return run({ ...args, name: 'changed' });
    });
    const outer = withAction(inner, async (_args, _context, run) => {
      seen.push(await run());
      return 3;
    });
    expect(await parse([outer], ['ls', 'a'])).toMatchObject({ result: 3, args: { name: 'changed' } });
    expect(seen).toEqual(['a', 7]);
    expect(outer.wrapped).toBe(list.run);
  });
});
