import type { Command, Option } from 'commander';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { suggestion } from '../../engine/text/suggestion.ts';
import type { CommandArguments, CommandContext, CommandDefinition } from './command.ts';

/**
 * The action around a command's own one.
 * @param run the command's own action, by default with the same arguments; resolves with its exit code, or undefined for 0
 */
export type WrappingAction = (
  args: CommandArguments,
  context: CommandContext,
  run: (args?: CommandArguments) => Promise<number | undefined>,
) => unknown;

/** Values of options by their names, `--my-name` as `myName`. */
export type OptionDefaults = Readonly<Record<string, unknown>>;

/** A command that a program built on Symphony extends. Its methods change it and return it. */
export interface Subcommand {
  /** Its full name: `logs`, `history logs`. */
  readonly name: string;
  /**
   * Changes its declaration: `command => command.option('--best', 'only the best agent')`. It is called once for every
   * command line that is parsed, after Symphony's own declaration.
   */
  configure(change: (command: Command) => unknown): this;
  /**
   * Gives options another default, those of every command included: `{ tail: '100', output: 'wide' }`. A value is in the form
   * that the option has after parsing.
   * @throws SymphonyError `usage`, when a command line is parsed, for an option that the command does not have
   */
  defaults(values: OptionDefaults): this;
  /** Wraps its action. The latest wrapper is the outermost. A number that it resolves with is the exit code. */
  wrap(action: WrappingAction): this;
}

/** The definition with a changed declaration. */
export function withConfiguration(
  definition: CommandDefinition,
  change: (command: Command) => unknown,
): CommandDefinition {
  return {
    ...definition,
    configure(command) {
      definition.configure(command);
      change(command);
    },
  };
}

/** The definition with other defaults. */
export function withDefaults(definition: CommandDefinition, values: OptionDefaults): CommandDefinition {
  return { ...definition, defaults: { ...definition.defaults, ...values } };
}

/** The definition with an action around its own. */
export function withAction(definition: CommandDefinition, action: WrappingAction): CommandDefinition {
  return {
    ...definition,
    wrapped: definition.wrapped ?? definition.run,
    run: async (args, context) =>
      action(args, context, async (changed = args) => {
        const result = await definition.run(changed, context);
        return typeof result === 'number' ? result : undefined;
      }),
  };
}

/** Sets the defaults of a command whose options are all declared. */
export function applyDefaults(command: Command, values: OptionDefaults): void {
  for (const [name, value] of Object.entries(values)) {
    const option = findOption(command, name);
    // Help shows the default of the option; the value itself was set when the option was declared.
    option.default(value);
    command.setOptionValueWithSource(name, value, 'default');
  }
}

function findOption(command: Command, name: string): Option {
  const option = command.options.find((one) => one.attributeName() === name);
  if (option !== undefined) return option;
  const names = command.options.map((one) => one.attributeName());
  throw new SymphonyError('usage', `The command ${command.name()} has no option ${JSON.stringify(name)}.`, {
    hint: suggestion(name, names),
  });
}

/**
 * Replaces the definition that words name, and keeps everything else.
 * @param words its name or alias, preceded by those of its parents: `['history', 'logs']`
 * @throws SymphonyError `usage` if there is no such command
 */
export function replaceDefinition(
  definitions: readonly CommandDefinition[],
  [word = '', ...rest]: readonly string[],
  replace: (definition: CommandDefinition) => CommandDefinition,
): readonly CommandDefinition[] {
  const found = findDefinition(definitions, word);
  const replaced =
    rest.length === 0 ? replace(found) : { ...found, commands: replaceDefinition(found.commands ?? [], rest, replace) };
  return definitions.map((one) => (one === found ? replaced : one));
}

/** The full name of the command that words name. @throws SymphonyError `usage` if there is no such command */
export function fullName(definitions: readonly CommandDefinition[], [word = '', ...rest]: readonly string[]): string {
  const found = findDefinition(definitions, word);
  return rest.length === 0 ? found.name : `${found.name} ${fullName(found.commands ?? [], rest)}`;
}

function findDefinition(definitions: readonly CommandDefinition[], word: string): CommandDefinition {
  const found =
    definitions.find(({ name }) => name === word) ?? definitions.find(({ aliases }) => aliases?.includes(word));
  if (found !== undefined) return found;
  const names = definitions.filter(({ hidden }) => !hidden).map(({ name }) => name);
  throw new SymphonyError('usage', `There is no command ${JSON.stringify(word)}.`, { hint: suggestion(word, names) });
}
