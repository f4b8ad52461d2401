import type { BackendCheck } from '../engine/backend-registry.ts';
import type { Cluster } from '../engine/cluster.ts';
import type { ExperimentSpec } from '../engine/spec/experiment-spec.ts';
import type { ThemeName } from './theme/theme.ts';

/** A backend that can be changed to. */
export interface ClusterChoice {
  readonly name: string;
  readonly summary: string;
  /** Never throws. */
  check(): Promise<BackendCheck>;
  /** @throws SymphonyError `backend-unavailable` */
  load(): Promise<Cluster>;
}

/** What a command that was run from here said. */
export interface CommandOutput {
  readonly exitCode: number;
  /** The end of stdout and stderr as they came, with SGR colours if any. */
  readonly output: string;
  /** Characters that came before `output` and were not kept. */
  readonly leftOut: number;
}

export interface RunCommandOptions {
  /** Ends the command. */
  readonly signal: AbortSignal;
  /** Whether the terminal is handed over to it; what it says is then not captured. */
  readonly terminal: boolean;
}

/** A command line as its command reads it. */
export interface ReadCommand {
  /** Its words, as a shell splits them. */
  readonly words: readonly string[];
  /** The command's name, never an alias. */
  readonly name: string;
  /** What the interface does itself, as its keys do it, in place of running the command. */
  readonly does?: 'delete' | 'delete-batch' | 'logs' | 'restart' | 'stop';
  /** Whether it is a conversation, which needs the terminal. */
  readonly needsTerminal: boolean;
  /** Whether it is about an experiment: on a command line the current one, if it names none. */
  readonly takesExperiment: boolean;
  /** The experiment that it names, by an argument or an option. */
  readonly experiment?: string;
  /** The backend that it names. */
  readonly backend?: string;
  /** Its arguments and options, by name. */
  readonly args: Readonly<Record<string, unknown>>;
}

/** What the last word of a command line may be. */
export interface ExpectedWord {
  readonly words: readonly string[];
  /** Other names of some of the words: commands. */
  readonly aliases?: readonly string[];
  /** Whether it is the command itself. */
  readonly isCommand?: boolean;
  /** The name of the argument or option, which tells what it takes: an `experiment`, `targets`, a `backend`. */
  readonly takes?: string;
  /** The experiment that was named before. */
  readonly experiment?: string;
}

export interface AppSettings {
  readonly theme: 'auto' | ThemeName;
  readonly mouse: boolean;
  /** Action to keys. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Everything that the full-screen interface is handed: it loads no backend and knows no command itself. */
export interface AppOptions {
  readonly clusters: readonly ClusterChoice[];
  /** The cluster to open; it is the caller's, and is not closed. */
  readonly cluster: Cluster;
  /** Reads a command line without running it. @throws SymphonyError `usage` */
  readCommand(line: string): Promise<ReadCommand>;
  /** What may stand at the end of a command line. */
  expectWord(line: string): ExpectedWord;
  /** Runs `symphony WORDS` in a process of its own. Never throws. */
  runCommand(words: readonly string[], options: RunCommandOptions): Promise<CommandOutput>;
  /** Reads and validates an experiment file. @throws SymphonyError `invalid-spec` */
  loadSpec(path: string): Promise<ExperimentSpec>;
  /** Opens an address in the browser. */
  openBrowser(url: string): Promise<void>;
  /** In an ssh session, what to run on one's own machine to come to an address here; undefined in none. */
  tunnelCommand(way: { readonly host: string; readonly port: number }): string | undefined;
  readonly settings: AppSettings;
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}
