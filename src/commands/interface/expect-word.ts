import type { Command } from 'commander';
import type { ExpectedWord } from '../../app/index.ts';
import { findPosition } from '../completion/position.ts';
import { splitWords } from './split-words.ts';

/** The candidates for the last word of a command line that are known without a cluster. */
export function expectWord(program: Command, line: string): ExpectedWord {
  const words = splitWords(line);
  if (line === '' || /\s$/.test(line)) words.push('');
  const { command, expects, options, positional } = findPosition(program, words);
  const place = command.registeredArguments.findIndex((argument) => argument.name() === 'experiment');
  const experiment = options.experiment ?? positional[place];
  const named = experiment === undefined ? {} : { experiment };
  const help = command.createHelp();
  switch (expects.kind) {
    case 'command': {
      const shown = help.visibleCommands(command);
      return {
        words: shown.map((one) => one.name()),
        aliases: shown.flatMap((one) => one.aliases()),
        isCommand: command === program,
      };
    }
    case 'option':
      return { words: help.visibleOptions(command).map(({ long, short }) => long ?? short ?? '') };
    case 'value': {
      const { option } = expects;
      return { words: option.argChoices ?? [], takes: option.attributeName(), ...named };
    }
    case 'argument': {
      const { argument } = expects;
      return { words: argument.argChoices ?? [], takes: argument.name(), ...named };
    }
    case 'nothing':
      return { words: [] };
  }
}
