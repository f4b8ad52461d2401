import { expect, it } from 'vitest';
import '../../../src/backends/index.ts';
import { helpFooter } from '../../../src/commands/help/help-command.ts';
import { builtinCommands } from '../../../src/commands/program/builtin-commands.ts';
import { createProgram } from '../../../src/commands/program/create-program.ts';

async function help(...words: string[]): Promise<string> {
  let written = '';
  const program = createProgram({
    name: 'mine',
    version: '0',
    commands: builtinCommands,
    runCommand: async () => {},
    writeHelp: (text) => {
      written += text;
    },
  });
  await program.parseAsync(['help', ...words], { from: 'user' });
  return written;
}

it('explains topics, by the name of the program', async () => {
  expect(await help('exit-codes')).toMatch(/^ {2}0 +It succeeded\.\n {2}1 +It failed/);
  expect(await help('environment')).toMatch(
    /\n {2}SYMPHONY_EXPERIMENT_FOLDER .*\n[\s\S]*\n {2}SYMPHONY_DEBUG +If it is 1/,
  );
  const spec = await help('spec');
  expect(spec).toMatch(/The experiment:\n\n {2}name \(required\)? +Names the experiment/);
  expect(spec).toMatch(/A process:\n[\s\S]*\n {2}command .*\n[\s\S]*\n {2}maxRestarts /);
  expect(spec).toContain('mine launch FILE --dry-run');
});

it('explains commands, and the program’s own help names the topics', async () => {
  expect(await help('history', 'logs')).toMatch(/^Usage: mine history logs\|log /);
  expect(helpFooter('mine')).toMatch(/\n {2}mine help exit-codes +what the exit code of a command means\n/);
  await expect(help('exit-code')).rejects.toMatchObject({ code: 'usage', hint: 'Did you mean exit-codes?' });
});
