import type { Command } from 'commander';
import { SymphonyError } from '../../engine/contract/errors.ts';
import type { ParsedArguments } from './command.ts';

/** The arguments and options of a parsed command, by name. Options after the command override those before it. */
export function collectArguments(command: Command): ParsedArguments {
  const args: Record<string, unknown> = {};
  for (let level: Command | null = command; level !== null; level = level.parent) {
    for (const [name, value] of Object.entries(level.opts())) {
      const said = level.getOptionValueSource(name) !== 'default';
      if (args[name] === undefined || (said && isDefault(command, level, name))) args[name] = value;
    }
  }
  command.registeredArguments.forEach((argument, index) => {
    const value: unknown = command.processedArgs[index];
    const name = camelCase(argument.name());
    if (value === undefined) return;
    if (name === 'experiment' && args[name] !== undefined && args[name] !== value) {
      throw new SymphonyError(
        'usage',
        `Two experiments are named: ${String(value)} and, by --experiment, ${String(args[name])}.`,
      );
    }
    args[name] = value;
  });
  return { ...args, positional: [...command.args] };
}

/** Whether no level between the command and this one has a value. */
function isDefault(command: Command, upTo: Command, name: string): boolean {
  for (let level: Command | null = command; level !== null && level !== upTo; level = level.parent) {
    const source = level.getOptionValueSource(name);
    if (source !== undefined && source !== 'default') return false;
  }
  return true;
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
