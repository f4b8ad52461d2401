import type { Command } from 'commander';
import type { Cluster } from '../../engine/client/cluster.ts';
import type { Progress } from '../../engine/contract/capabilities.ts';
import type { OutputFormat } from '../output/print.ts';
import type { Terminal } from '../shared/terminal.ts';

/** Headings under which the help lists commands. */
export type CommandGroup = 'Experiments' | 'Processes' | 'Symphony' | 'This program';

/** One command: its declaration and its action. */
export interface CommandDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Its heading in the help; absent for a subcommand. */
  readonly group?: CommandGroup;
  readonly hidden?: boolean;
  /** Whether its context's program must declare all commands. */
  readonly seesAllCommands?: boolean;
  /** Whether it is interactive and needs a terminal of its own. */
  readonly needsTerminal?: boolean;
  /** Its subcommands. */
  readonly commands?: readonly CommandDefinition[];
  /** Whether it returns another program's exit code, and 125 for its own failures. */
  readonly passesExitCode?: boolean;
  /**
   * Whether its last argument is the command line of another program. All words after its first argument are then that
   * argument, options and a `--` included; options of its own stand before.
   */
  readonly takesCommandLine?: boolean;
  /** Declares its description, arguments and options. */
  readonly configure: (command: Command) => unknown;
  /** Defaults by the names of its options, those of every command included. They replace the declared ones. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Resolves with the exit code; anything but a number means 0. */
  readonly run: (args: ParsedArguments, context: CommandContext) => Promise<unknown>;
  /** The action inside of `run`, if a program has wrapped it. */
  readonly wrapped?: CommandDefinition['run'];
}

/** What a command receives besides its arguments. */
export interface CommandContext {
  /** The cluster to act on, loaded on first use. */
  cluster(): Promise<Cluster>;
  /** The commander program with all commands and options. */
  readonly program: Command;
  /** The definitions of all commands. @internal */
  readonly commands: readonly CommandDefinition[];
  readonly terminal: Terminal;
  readonly output: OutputFormat;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Ignores interrupts while another program has the terminal. Returns a function that restores them. */
  ignoreInterrupts(): () => void;
  /**
   * Lets the command handle an interrupt: the cluster stays usable, and a second interrupt calls the listener instead of
   * ending the program; a third one ends it. Returns a function that ends this.
   */
  onSecondInterrupt(listener: () => void): () => void;
  /** Writes data to stdout. Waits until the reader takes more. */
  write(text: string | Uint8Array): Promise<void>;
  /** Shows the progress of a long call on stderr, if that is a terminal. */
  readonly progress: (progress: Progress) => void;
  /** Writes a line for the user to stderr: never data. */
  note(text: string): void;
  /** Writes a warning to stderr. */
  warn(text: string): void;
}

/**
 * A command's arguments and options by their names (`<my-name>` and `--my-name` as `myName`); an argument wins over an
 * option of the same name. `positional` are all arguments in order. The type of the others is that of the declaration.
 */
export type CommandArguments = Readonly<Record<string, unknown>> & { readonly positional: readonly string[] };

/** The arguments of a built-in command, whose own declaration determines their types. */
// biome-ignore lint/suspicious/noExplicitAny: the types of arguments are known where a command declares them.
export type ParsedArguments = Record<string, any> & { readonly positional: readonly string[] };
