import type { LogOptions, LogPiece } from './logs.ts';
import type { ExperimentSpec } from './spec/experiment-spec.ts';
import type { ProcessReference } from './status.ts';

/**
 * What only some backends can do: a cluster has the member or has it not, and whoever wants one asks first.
 * @see Cluster.capabilities
 */
export interface Capabilities {
  readonly restart?: RestartCapability;
  readonly stop?: StopCapability;
  readonly exec?: ExecCapability;
  readonly shell?: ShellCapability;
  readonly attach?: AttachCapability;
  readonly copy?: CopyCapability;
  readonly visit?: VisitCapability;
  readonly metrics?: MetricsCapability;
  readonly events?: EventsCapability;
  readonly check?: CheckCapability;
  readonly logBytes?: LogBytesCapability;
}

export type CapabilityName = keyof Capabilities;

export interface ActionOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a long call has come. */
export interface Progress {
  readonly message: string;
  readonly done?: number;
  readonly total?: number;
  /** What it waits for. */
  readonly detail?: string;
}

export interface RestartCapability {
  /** Ends the processes if they run, and starts their next run; resolves once those are started. */
  restart(experiment: string, processes: readonly ProcessReference[], options?: ActionOptions): Promise<void>;
}

export interface StopCapability {
  /** Ends the processes and everything they started, for good. Throws `failed`, naming what could not be ended. */
  stop(experiment: string, processes: readonly ProcessReference[], options?: ActionOptions): Promise<void>;
}

/** The streams of the one who asks. With `terminal` set, they are a terminal that is to be handed over. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly terminal?: boolean;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly signal?: string;
}

export interface ExecCapability {
  /** Runs one command with the process's environment, in its folder. Resolves with how the command ended. */
  exec(
    experiment: string,
    reference: ProcessReference,
    command: readonly string[],
    options: { readonly streams: Streams; readonly signal?: AbortSignal },
  ): Promise<CommandResult>;
}

export interface ShellCapability {
  /** An interactive shell with the process's environment, in its folder. */
  shell(
    experiment: string,
    reference: ProcessReference,
    options: { readonly streams: Streams; readonly signal?: AbortSignal },
  ): Promise<CommandResult>;
}

export interface AttachCapability {
  /** How to leave again, in words: `ctrl-] then d`. */
  readonly detachHint: string;
  /** Hands the terminal over to the process's own; resolves when its user detaches (`detached`) or the process ends. */
  attach(
    experiment: string,
    reference: ProcessReference,
    options: { readonly streams: Streams; readonly signal?: AbortSignal },
  ): Promise<'detached' | 'ended'>;
}

/** One side of a copy: a path on this machine (no process), or in the folder of a process. */
export interface CopyEnd {
  readonly process?: ProcessReference;
  readonly path: string;
}

export interface CopyOptions extends ActionOptions {
  /** Gets the path of each thing inside a folder that is left out because it is neither a file, a folder nor a link. */
  readonly onLeftOut?: (path: string) => void;
}

export interface CopyCapability {
  /**
   * Copies a file or folder byte for byte, modes kept, over an older copy too. Exactly one end names a process.
   * @throws SymphonyError `not-found` if the source or the folder of the destination does not exist
   */
  copy(experiment: string, source: CopyEnd, destination: CopyEnd, options?: CopyOptions): Promise<void>;
}

/** An open way to a service. */
export interface Visit {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** True if the way lasts only as long as this object: it must be closed. */
  readonly held: boolean;
  close(): Promise<void>;
}

export interface VisitOptions {
  readonly signal?: AbortSignal;
  /** Hears why an open way does not lead there at the moment, each reason once until it changes. */
  readonly onProblem?: (message: string) => void;
}

export interface VisitCapability {
  visit(experiment: string, service: string, options?: VisitOptions): Promise<Visit>;
}

export interface ProcessMetrics extends ProcessReference {
  /** Cores in use, of the process and everything below it; absent in the first sample. */
  readonly cpu?: number;
  /** Bytes resident. */
  readonly memory?: number;
}

export interface MetricsCapability {
  /** Samples of all running processes of an experiment, until the signal aborts. Costs something only while it is read. */
  metrics(
    experiment: string,
    options: { readonly intervalSeconds?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<readonly ProcessMetrics[]>;
}

export interface ClusterEvent {
  readonly time: string;
  readonly process?: ProcessReference;
  readonly kind: 'normal' | 'warning';
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

export interface EventsCapability {
  /** What happened to an experiment, oldest first. */
  events(experiment: string): Promise<readonly ClusterEvent[]>;
}

export interface CheckCapability {
  /**
   * Has the cluster itself look at all that a launch would create, and creates nothing.
   * @throws SymphonyError `failed` naming what it refuses, and why
   */
  check(spec: ExperimentSpec, options?: ActionOptions): Promise<void>;
}

export interface LogBytesCapability {
  /**
   * What one process wrote, byte for byte: the same extent as `Cluster.logBatches` gives with these options, where
   * `timestamps` and `lineLimit` change nothing. Of a terminal's output the line ends are `\n`. Between two runs a line end
   * is added where the earlier run did not write one, then their marker follows.
   */
  logBytes(experiment: string, reference: ProcessReference, options?: LogOptions): AsyncIterable<LogPiece>;
}
