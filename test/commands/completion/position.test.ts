import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { findPosition } from '../../../src/commands/completion/position.ts';
import { CommandLineCommand } from '../../../src/commands/program/command-line-command.ts';

function declare(): Command {
  const program = new Command('symphony').option('--backend <name>').option('--no-color');
  program
    .command('logs')
    .alias('l')
    .argument('[targets...]')
    .option('-f, --follow')
    .option('-t, --tail <lines>')
    .addOption(new Option('-o, --output <format>').choices(['table', 'json']));
  program.command('visit').argument('<service>').argument('[experiment]');
  program.addCommand(
    new CommandLineCommand('exec').argument('<target>').argument('<command...>').option('-e, --experiment <name>'),
  );
  program.command('config').command('get').argument('<setting>');
  return program;
}

/** What the last word is: `argument targets`, `value tail`, with what precedes it and what is typed. */
function expected(...words: readonly string[]): string {
  const { expects } = findPosition(declare(), words);
  switch (expects.kind) {
    case 'argument':
      return `argument ${expects.argument.name()}`;
    case 'value':
      return `value ${expects.option.attributeName()} ${expects.prefix}|${expects.typed}`;
    default:
      return expects.kind;
  }
}

describe('the last word', () => {
  it('is a command where none was given, also after options', () => {
    expect([expected(''), expected('lo'), expected('--backend', 'tmux', ''), expected('config', '')]).toEqual([
      'command',
      'command',
      'command',
      'command',
    ]);
  });

  it('is an option after a dash, unless -- was given', () => {
    expect([expected('-'), expected('logs', '--ta'), expected('logs', '--', '-')]).toEqual([
      'option',
      'option',
      'argument targets',
    ]);
  });

  it('is no option where it belongs to the command line of another program', () => {
    expect([
      expected('exec', 'a', '-'),
      expected('exec', 'a', 'ls', '-'),
      expected('exec', 'a', 'ls', '-e', ''),
    ]).toEqual(['option', 'argument command', 'argument command']);
  });

  it('is the value of an option that needs one, in the next word or after =', () => {
    expect(expected('logs', '--tail', '1')).toBe('value tail |1');
    expect(expected('logs', '-o', '')).toBe('value output |');
    expect(expected('logs', '--output=js')).toBe('value output --output=|js');
    expect(expected('logs', '--follow', '')).toBe('argument targets');
    expect(expected('logs', '--backend', '')).toBe('value backend |');
    // bash splits at =.
    expect(expected('logs', '--output', '=')).toBe('value output |');
    expect(expected('logs', '--output', '=', 'js')).toBe('value output |js');
  });

  it('is the next argument; one that repeats stays the same', () => {
    expect([expected('visit', ''), expected('visit', 'web', ''), expected('visit', 'web', 'rl', '')]).toEqual([
      'argument service',
      'argument experiment',
      'nothing',
    ]);
    expect(expected('l', 'a', 'b', '')).toBe('argument targets');
    expect(expected('config', 'get', '')).toBe('argument setting');
  });
});

it('the options and arguments before the last word are known by name', () => {
  const words = ['--backend', 'tmux', 'l', '-t', '5', 'a', '--output=json', '--unknown', 'b', ''];
  const { command, options, positional } = findPosition(declare(), words);
  expect(command.name()).toBe('logs');
  expect(options).toEqual({ backend: 'tmux', tail: '5', output: 'json' });
  expect(positional).toEqual(['a', 'b']);
});

it('a word like a command is an argument once an argument was given, or after --', () => {
  expect(findPosition(declare(), ['visit', 'logs', '']).positional).toEqual(['logs']);
  expect(findPosition(declare(), ['visit', '--', 'logs', '']).positional).toEqual(['logs']);
});
