import { Command, Option } from 'commander';
import { expect, it } from 'vitest';
import { expectWord } from '../../../src/commands/interface/expect-word.ts';

const program = new Command('symphony').helpCommand(false);
program
  .command('visit')
  .alias('vi')
  .argument('<service>')
  .argument('[experiment]')
  .option('--url-only')
  .addOption(new Option('-o, --output <format>').choices(['table', 'json']))
  .option('-e, --experiment <name>');

it('names commands first, and their arguments by what they take', () => {
  expect(expectWord(program, '')).toEqual({ words: ['visit'], aliases: ['vi'], isCommand: true });
  expect(expectWord(program, 'visit ')).toEqual({ words: [], takes: 'service' });
  expect(expectWord(program, 'visit web ')).toEqual({ words: [], takes: 'experiment' });
  expect(expectWord(program, 'visit web rl x')).toEqual({ words: [] });
});

it('knows the experiment that the line names, by an option or by an argument', () => {
  expect(expectWord(program, 'visit -e rl ')).toEqual({ words: [], takes: 'service', experiment: 'rl' });
  expect(expectWord(program, 'visit web rl -o ')).toEqual({
    words: ['table', 'json'],
    takes: 'output',
    experiment: 'rl',
  });
});

it('offers the options of a command by their long names', () => {
  expect(expectWord(program, 'visit -').words).toEqual(['--url-only', '--output', '--experiment', '--help']);
});
