import type { Command } from 'commander';
import { expect, it } from 'vitest';
import '../../../src/backends/index.ts';
import { builtinCommands } from '../../../src/commands/program/builtin-commands.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';

/** The help of a command and of all below it. */
function helpOf(command: Command, name: string): readonly string[] {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 100,
  });
  command.outputHelp();
  const shown = command.createHelp().visibleCommands(command);
  return [`$ ${name} --help\n${text}`, ...shown.flatMap((one) => helpOf(one, `${name} ${one.name()}`))];
}

it('the help of every command is as reviewed', async () => {
  const program = createProgram({
    name: 'symphony',
    version: '0',
    commands: builtinCommands,
    runCommand: async () => {},
  });
  await expect(helpOf(program, 'symphony').join('\n')).toMatchFileSnapshot('../support/help.txt');
});
