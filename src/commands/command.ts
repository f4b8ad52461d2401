import type { Command } from 'commander';
import type { CommandArguments, CommandContext } from './context.ts';

/** Headings under which the help lists commands. */
export type CommandGroup = 'Experiments' | 'Processes' | 'Symphony' | 'This program';

/** One command: its declaration and its action. */
export interface CommandDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Its heading in the help; a command of a command has none. */
  readonly group?: CommandGroup;
  readonly hidden?: boolean;
  /** Whether it needs the declarations of all commands, in its context's program. */
  readonly seesAllCommands?: boolean;
  /** Whether it is a conversation, which needs a terminal of its own. */
  readonly needsTerminal?: boolean;
  /** Commands of this command. */
  readonly commands?: readonly CommandDefinition[];
  /** Whether it hands on another program's exit code, and has 125 for its own failures. */
  readonly passesExitCode?: boolean;
  /** Declares description, arguments and options. */
  readonly configure: (command: Command) => unknown;
  /** Resolves with the exit code; with anything else for 0. */
  readonly run: (args: CommandArguments, context: CommandContext) => Promise<unknown>;
}
