import type { Command } from 'commander';
import { overrideSetting } from '../../engine/settings/config.ts';
import { type Candidates, type Completion, valuesNamed, type World } from './completion-values.ts';
import { findPosition } from './position.ts';

/** Completes the last word of a command line. */
export async function completeWords(program: Command, words: readonly string[], world: World): Promise<Completion> {
  const position = findPosition(program, words);
  const { command, expects, options } = position;
  const current = words.at(-1) ?? '';
  if (options.backend !== undefined) overrideSetting('flag', 'backend', options.backend);
  switch (expects.kind) {
    case 'command':
      return { candidates: startingWith(current, commandNames(command)), files: false };
    case 'option':
      return { candidates: startingWith(current, optionNames(command)), files: false };
    case 'value': {
      const { option, prefix, typed } = expects;
      const { candidates, files } =
        chosen(option.argChoices) ?? (await valuesNamed(option.attributeName(), position, world));
      const found = startingWith(typed, candidates);
      return { candidates: found.map(({ word, description }) => ({ word: prefix + word, description })), files };
    }
    case 'argument': {
      const { argument } = expects;
      const { candidates, files } =
        chosen(argument.argChoices) ?? (await valuesNamed(argument.name(), position, world));
      return { candidates: startingWith(current, candidates), files };
    }
    case 'nothing':
      return { candidates: [], files: false };
  }
}

function startingWith(typed: string, candidates: Candidates): Candidates {
  return candidates.filter(({ word }) => word.startsWith(typed));
}

function chosen(choices: readonly string[] | undefined): Completion | undefined {
  return choices && { candidates: choices.map((word) => ({ word, description: '' })), files: false };
}

function commandNames(command: Command): Candidates {
  const shown = command.createHelp().visibleCommands(command);
  return shown.flatMap((one) =>
    [one.name(), ...one.aliases()].map((word) => ({ word, description: one.description() })),
  );
}

function optionNames(command: Command): Candidates {
  const shown = command.createHelp().visibleOptions(command);
  return shown.map(({ short, long, description }) => ({ word: long ?? short ?? '', description }));
}
