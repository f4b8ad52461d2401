import { Command, Help, Option } from 'commander';
import { registeredBackends } from '../../engine/contract/backend-registry.ts';
import { settingOptions } from '../../engine/settings/config.ts';
import { helpCommand, helpFooter } from '../help/help-command.ts';
import { outputFormats } from '../output/print.ts';
import { collectArguments } from './arguments.ts';
import type { CommandDefinition, ParsedArguments } from './command.ts';
import { CommandLineCommand } from './command-line-command.ts';
import { applyDefaults } from './subcommand.ts';
import { throwParseEnd } from './usage-error.ts';

/** Runs a command after it is parsed. */
export type CommandRunner = (definition: CommandDefinition, args: ParsedArguments) => Promise<void>;

export interface ProgramOptions {
  /** The command, if known beforehand: the others are then not declared, which saves time. */
  readonly only?: string | undefined;
  readonly name: string;
  readonly version: string;
  readonly commands: readonly CommandDefinition[];
  readonly runCommand: CommandRunner;
  /** Writes the help and the version, by default to stdout. */
  readonly writeHelp?: (text: string) => void;
}

/** The commander program of a set of commands. It prints only help and versions, and throws errors instead of exiting. */
export function createProgram({ name, version, commands, runCommand, only, writeHelp }: ProgramOptions): Command {
  const program = new Command(name)
    .description(
      'Launches and watches experiments: several processes, on this machine or many, that talk to each other.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand(false)
    // Options after a command belong to it: an own command may have one that is called as a global one.
    .enablePositionalOptions()
    .configureOutput({ outputError: () => {}, ...(writeHelp === undefined ? {} : { writeOut: writeHelp }) })
    .configureHelp({ subcommandTerm, visibleOptions, groupItems })
    .addHelpText('after', helpFooter(name));
  throwParseEnd(program);
  addGlobalOptions(program);
  const meant = commands.find((command) => command.name === only || command.aliases?.includes(only ?? ''));
  addCommands(program, meant === undefined || meant.seesAllCommands ? ownFirst(commands) : [meant], runCommand);
  program.addCommand(helpCommand(program));
  return program;
}

/** The help starts with the commands that a program built on Symphony adds. */
function ownFirst(commands: readonly CommandDefinition[]): readonly CommandDefinition[] {
  const isOwn = ({ group }: CommandDefinition) => group === 'This program';
  return [...commands.filter(isOwn), ...commands.filter((command) => !isOwn(command))];
}

function addCommands(parent: Command, definitions: readonly CommandDefinition[], runCommand: CommandRunner): void {
  for (const definition of definitions) {
    const command = (
      definition.takesCommandLine ? new CommandLineCommand(definition.name) : new Command(definition.name)
    )
      .copyInheritedSettings(parent)
      .helpOption('-h, --help', 'explain this command');
    throwParseEnd(command);
    command.aliases(definition.aliases ?? []).allowExcessArguments(false);
    if (definition.group !== undefined) command.helpGroup(`${definition.group}:`);
    definition.configure(command);
    addGlobalOptions(command);
    applyDefaults(command, definition.defaults ?? {});
    command.action(() => runCommand(definition, collectArguments(command)));
    addCommands(command, definition.commands ?? [], runCommand);
    parent.addCommand(command, { hidden: definition.hidden ?? false });
  }
}

/** `list-experiments, ls, lse`; `logs, log, l [targets...]`. */
function subcommandTerm(command: Command): string {
  const names = [command.name(), ...command.aliases()].join(', ');
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [names, ...words].join(' ');
}

/** A command's own options, then those of every command. */
function visibleOptions(command: Command): Option[] {
  const options = new Help().visibleOptions(command);
  const isGrouped = ({ helpGroupHeading }: Option) => helpGroupHeading !== undefined;
  return [...options.filter((option) => !isGrouped(option)), ...options.filter(isGrouped)];
}

/** Groups in the order of what is shown: commander's begin with the options as they were declared, without --help. */
function groupItems<Item extends Command | Option>(
  _declared: Item[],
  shown: Item[],
  getGroup: (item: Item) => string,
): Map<string, Item[]> {
  return new Help().groupItems(shown, shown, getGroup);
}

function addGlobalOptions(command: Command): void {
  const taken = new Set(command.options.flatMap(({ short, long }) => [short, long]));
  const add = (flags: string, description: string, choices?: readonly string[]) => {
    const option = new Option(flags, description).helpGroup('Everywhere:');
    if (choices !== undefined) option.choices(choices);
    const free = [option.short, option.long].filter((flag) => flag !== undefined && !taken.has(flag));
    if (option.long === undefined || !free.includes(option.long)) return;
    taken.add(option.long);
    command.addOption(free.length === 2 || option.short === undefined ? option : withoutShort(option, choices));
  };
  add('--backend <name>', `where experiments run: ${[...registeredBackends().keys()].join(', ')}`);
  add('-e, --experiment <name>', 'the experiment to act on, instead of the current one');
  add('-o, --output <format>', 'the output format', outputFormats);
  add('--no-color', 'print no colours');
  for (const { backend, option, value, description } of settingOptions()) {
    add(`${option} <${value}>`, `${backend}: ${description}`);
  }
}

/** A command may use a letter for its own option; the long form of the global option stays. */
function withoutShort(option: Option, choices: readonly string[] | undefined): Option {
  const long = new Option(option.flags.replace(/^-\w, /, ''), option.description).helpGroup('Everywhere:');
  return choices === undefined ? long : long.choices(choices);
}
