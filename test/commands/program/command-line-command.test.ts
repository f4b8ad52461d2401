import type { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { CommandLineCommand } from '../../../src/commands/program/command-line-command.ts';

function parse(...words: string[]) {
  const command = new CommandLineCommand('exec')
    .argument('<target>')
    .argument('<command...>')
    .option('-e, --experiment <name>')
    .option('--no-color')
    .option('--wait [goal]')
    .exitOverride()
    .configureOutput({ outputError: () => {}, writeOut: () => {} })
    .action(() => {});
  command.parse(words, { from: 'user' });
  return { target: command.args[0], rest: command.args.slice(1), ...command.opts() };
}

it('all words after the target are the command line, with its options and its own --', () => {
  expect(parse('a', 'ls', '-la', '-e', 'x')).toMatchObject({ target: 'a', rest: ['ls', '-la', '-e', 'x'] });
  expect(parse('a', 'git', 'log', '--', 'file')).toMatchObject({ rest: ['git', 'log', '--', 'file'] });
  expect(parse('a', 'ls', '--help')).toMatchObject({ rest: ['ls', '--help'] });
  expect(parse('a', '--', 'ls', '-e', 'x')).toMatchObject({ rest: ['--', 'ls', '-e', 'x'] });
  expect(parse('a', 'rl', '--', 'ls')).toMatchObject({ rest: ['rl', '--', 'ls'] });
});

it('options before the command line are those of the command', () => {
  expect(parse('-e', 'rl', 'a', 'ls')).toMatchObject({ target: 'a', experiment: 'rl', rest: ['ls'] });
  expect(parse('a', '--experiment', 'rl', '--no-color', 'ls', '-e')).toMatchObject({
    experiment: 'rl',
    color: false,
    rest: ['ls', '-e'],
  });
  expect(parse('a', '--experiment=rl', '--', '-x')).toMatchObject({ experiment: 'rl', rest: ['--', '-x'] });
  expect(parse('a', '-erl', '--wait', 'done', 'ls')).toMatchObject({ experiment: 'rl', wait: 'done', rest: ['ls'] });
  expect(parse('a', '--wait', '--no-color', 'ls')).toMatchObject({ wait: true, rest: ['ls'] });
  expect(parse('--', 'a', 'ls', '-l')).toMatchObject({ target: 'a', rest: ['ls', '-l'] });
});

it('options that it does not have, and a missing target or command, are refused', () => {
  const code = (...words: string[]) => {
    try {
      parse(...words);
      return undefined;
    } catch (error) {
      return (error as CommanderError).code;
    }
  };
  expect(code('-x', 'a', 'ls')).toBe('commander.unknownOption');
  expect(code('a', '-x', 'ls')).toBe('commander.unknownOption');
  expect(code('a', '--help')).toBe('commander.helpDisplayed');
  expect(code('a')).toBe('commander.missingArgument');
  expect(code()).toBe('commander.missingArgument');
});
