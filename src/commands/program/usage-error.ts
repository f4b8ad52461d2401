import { type Command, CommanderError } from 'commander';
import { SymphonyError } from '../../engine/contract/errors.ts';

/** An error of commander, or the end of a help or a version, with the command that it is about. */
export class ParseEnd extends CommanderError {
  /** The command as users write it: `symphony history logs`. */
  readonly command: string;

  constructor({ exitCode, code, message }: CommanderError, command: Command) {
    super(exitCode, code, message);
    const names: string[] = [];
    for (let level: Command | null = command; level !== null; level = level.parent) names.unshift(level.name());
    this.command = names.join(' ');
  }
}

/** Makes a command throw a `ParseEnd` instead of ending the process. */
export function throwParseEnd(command: Command): Command {
  return command.exitOverride((error) => {
    throw new ParseEnd(error, command);
  });
}

/** Converts an error of commander to a SymphonyError: `error: unknown command 'lss'\n(Did you mean ls?)`. */
export function usageError(error: CommanderError, program: string): SymphonyError {
  const [message = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  const help = `See: ${error instanceof ParseEnd ? error.command : program} --help`;
  const hint = more.length > 0 ? more.join(' ').replace(/^\(|\)$/g, '') : help;
  return new SymphonyError('usage', /[.?!]$/.test(text) ? text : `${text}.`, { hint });
}
