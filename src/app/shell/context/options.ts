import type { Cluster } from '../../../engine/client/cluster.ts';
import type { BackendCheck } from '../../../engine/contract/backend-definition.ts';
import type { NoticeKind } from '../../../engine/contract/notices.ts';
import type { DueNotice } from '../../../engine/rules/notices.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import type { ThemeName } from '../theme/theme.ts';

/** A backend that the user can switch to. */
export interface ClusterChoice {
  readonly name: string;
  readonly summary: string;
  /** Never throws. */
  check(): Promise<BackendCheck>;
  /** @throws SymphonyError `backend-unavailable` */
  load(): Promise<Cluster>;
}

/** The result of a command that the interface ran. */
export interface CommandOutput {
  readonly exitCode: number;
  /** The end of stdout and stderr, in the order of arrival, with their SGR colours. */
  readonly output: string;
  /** How many characters before `output` were discarded. */
  readonly leftOut: number;
}

export interface RunCommandOptions {
  /** Aborting it ends the command. */
  readonly signal: AbortSignal;
  /** Whether the command gets the terminal; its output is then not captured. */
  readonly terminal: boolean;
}

/** A command line, parsed by the command that it names. */
export interface ReadCommand {
  /** The words of the line, split as a shell splits them. */
  readonly words: readonly string[];
  /** The command's name, never an alias. */
  readonly name: string;
  /** The action that the interface performs itself, as its keys do, instead of running the command. */
  readonly does?: 'delete' | 'delete-batch' | 'logs' | 'restart' | 'stop';
  /** Whether the command is interactive and needs the terminal. */
  readonly needsTerminal: boolean;
  /** Whether the command acts on an experiment. In a shell, it uses the current one if it names none. */
  readonly takesExperiment: boolean;
  /** The experiment that an argument or an option names. */
  readonly experiment?: string;
  /** The backend that an option names. */
  readonly backend?: string;
  /** Arguments and options, by name. */
  readonly args: Readonly<Record<string, unknown>>;
}

/** The possible completions of the last word of a command line. */
export interface ExpectedWord {
  readonly words: readonly string[];
  /** Aliases of commands among the words. */
  readonly aliases?: readonly string[];
  /** Whether the last word is the name of the command. */
  readonly isCommand?: boolean;
  /** The name of the argument or option, which determines its values: `experiment`, `targets`, `backend`. */
  readonly takes?: string;
  /** The experiment that the line names earlier. */
  readonly experiment?: string;
}

/** Shows notices on the desktop of the user. */
export interface DesktopNotices {
  /** The kinds of notices that are wanted; by default all. */
  readonly on?: readonly NoticeKind[] | undefined;
  /**
   * Shows a notice of an experiment on a cluster. Never rejects.
   * @param write writes an escape sequence to the terminal
   */
  show(notice: DueNotice, cluster: Cluster, write: (sequence: string) => void): Promise<void>;
}

export interface AppSettings {
  readonly theme: 'auto' | ThemeName;
  readonly mouse: boolean;
  /** Action to keys. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Everything that the full-screen interface gets from its caller: it loads no backend and knows no command itself. */
export interface AppOptions {
  readonly clusters: readonly ClusterChoice[];
  /** The cluster to open. The caller owns it and closes it. */
  readonly cluster: Cluster;
  /** Parses a command line without running it. @throws SymphonyError `usage` */
  readCommand(line: string): Promise<ReadCommand>;
  /** Finds the possible completions of the last word of a command line. */
  expectWord(line: string): ExpectedWord;
  /** Runs `symphony WORDS` in a separate process. Never throws. */
  runCommand(words: readonly string[], options: RunCommandOptions): Promise<CommandOutput>;
  /** Reads and validates an experiment file. @throws SymphonyError `invalid-spec` */
  loadSpec(path: string): Promise<ExperimentSpec>;
  /** Opens an address in the browser. */
  openBrowser(url: string): Promise<void>;
  /** In an ssh session, the command that tunnels an address to the user's own machine; undefined outside ssh. */
  tunnelCommand(address: { readonly host: string; readonly port: number }): string | undefined;
  readonly settings: AppSettings;
  /** Absent if the user wants none. */
  readonly desktopNotices?: DesktopNotices | undefined;
  /** The experiment whose processes are shown first; by default the list of experiments. */
  readonly experiment?: string | undefined;
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}
