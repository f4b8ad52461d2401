import type { Command } from 'commander';
import type { Progress } from '../engine/capabilities.ts';
import type { Cluster } from '../engine/cluster.ts';
import type { OutputFormat } from './output/print.ts';
import type { Terminal } from './terminal.ts';

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

/** What a command is given besides its arguments. */
export interface CommandContext {
  /** The cluster that is meant, loaded when first asked for. */
  cluster(): Promise<Cluster>;
  /** All commands and options there are. */
  readonly program: Command;
  /** Their definitions. */
  readonly commands: readonly CommandDefinition[];
  readonly terminal: Terminal;
  readonly output: OutputFormat;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Leaves interrupts to somebody else: to the program that the terminal is handed over to. Undone by what it returns. */
  ignoreInterrupts(): () => void;
  /** Data, on stdout. Waits until its reader takes more. */
  write(text: string | Uint8Array): Promise<void>;
  /** How far a long call has come, shown on stderr if that is a terminal. */
  readonly progress: (progress: Progress) => void;
  /** A line for the reader, on stderr: never data. */
  note(text: string): void;
  /** A line for the reader that should not be overlooked. */
  warn(text: string): void;
}

/**
 * A command's arguments and options by their names (`<my-name>` and `--my-name` as `myName`); an argument wins over an
 * option of the same name. `positional` are all arguments in order.
 */
// biome-ignore lint/suspicious/noExplicitAny: a command's own declaration says what each of its arguments is.
export type CommandArguments = Record<string, any> & { readonly positional: readonly string[] };
