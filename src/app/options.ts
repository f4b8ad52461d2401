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
  /** Stdout and stderr as they came, with SGR colours if any. */
  readonly output: string;
}

export interface RunCommandOptions {
  readonly backend: string;
  readonly signal: AbortSignal;
  /** Whether the terminal is handed over to it; what it says is then not captured. */
  readonly terminal: boolean;
}

export interface CommandName {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
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
  /** Commands that `:` completes. */
  readonly commands: readonly CommandName[];
  /** Runs a command line as `symphony LINE` would on the given backend. Never throws. */
  runCommand(line: string, options: RunCommandOptions): Promise<CommandOutput>;
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
