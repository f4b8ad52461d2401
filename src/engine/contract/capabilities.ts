import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import type { ReplicaChange, ReplicaCounts } from '../spec/scale-spec.ts';
import type { ClusterEvent, EventsOptions } from './events.ts';
import type { LogOptions, LogPiece } from './logs.ts';
import type { ProcessReference } from './status.ts';

/**
 * What only some backends can do. A cluster without a capability lacks the member, so callers check first.
 * @see Cluster.capabilities
 */
export interface Capabilities {
  readonly restart?: RestartCapability;
  readonly stop?: StopCapability;
  readonly scale?: ScaleCapability;
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
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: Progress) => void;
}

/** The progress of a long call. */
export interface Progress {
  readonly message: string;
  readonly done?: number;
  readonly total?: number;
  /** What the call waits for. */
  readonly detail?: string;
}

export interface RestartCapability {
  /** Ends the processes if they run and starts their next runs. Resolves once these have started. */
  restart(experiment: string, processes: readonly ProcessReference[], options?: ActionOptions): Promise<void>;
}

export interface StopCapability {
  /** Ends the processes and all their descendants for good. Throws `failed`, naming what could not be ended. */
  stop(experiment: string, processes: readonly ProcessReference[], options?: ActionOptions): Promise<void>;
  /**
   * Whether a deletion with `kill` also ends at once what a stop is still waiting for. Absent where the processes then end
   * only after their time, where nothing can shorten it.
   */
  readonly yieldsToKill?: true;
}

export interface ScaleCapability {
  /**
   * Changes the numbers of replicas of processes and groups. Processes that stay keep their names, ports and environment.
   * Resolves once those that are no longer wanted have ended and the new ones were started. `Cluster.scale` validates the
   * new spec first.
   * @throws SymphonyError `conflict` if the experiment is being deleted, or nothing of it runs
   */
  scale(experiment: string, counts: ReplicaCounts, options?: ActionOptions): Promise<ScaleResult>;
}

/** What a change of the numbers of replicas has changed; everything is empty if the numbers were there already. */
export interface ScaleResult {
  readonly changes: readonly ReplicaChange[];
  readonly added: readonly ProcessReference[];
  readonly removed: readonly ProcessReference[];
  /** Names of services. */
  readonly newServices: readonly string[];
  readonly goneServices: readonly string[];
  /** Processes that run, connect to services that are new or gone, and know that only after a restart. */
  readonly unaware: readonly ProcessReference[];
}

/** The caller's streams. With `terminal` set, they are a terminal that the call takes over. */
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

/** What a command, a shell or a terminal in a process is connected to. */
export interface ShellOptions {
  readonly streams: Streams;
  readonly signal?: AbortSignal | undefined;
}

export interface ExecCapability {
  /** Runs one command in the process's folder and environment. Resolves with how the command ended. */
  exec(
    experiment: string,
    reference: ProcessReference,
    command: readonly string[],
    options: ShellOptions,
  ): Promise<CommandResult>;
}

export interface ShellCapability {
  /** Runs an interactive shell in the process's folder and environment. */
  shell(experiment: string, reference: ProcessReference, options: ShellOptions): Promise<CommandResult>;
}

export interface AttachCapability {
  /** The keys that detach, in words: `ctrl-] then d`. */
  readonly detachHint: string;
  /** Connects the terminal to the process's own. Resolves when the user detaches (`detached`) or the process ends. */
  attach(experiment: string, reference: ProcessReference, options: ShellOptions): Promise<'detached' | 'ended'>;
}

/** One side of a copy: a path on this machine (no process), or in the folder of a process. */
export interface CopyEnd {
  readonly process?: ProcessReference;
  readonly path: string;
}

export interface CopyOptions extends ActionOptions {
  /** Called with the path of each entry that is skipped because it is neither a file, a folder nor a link. */
  readonly onLeftOut?: (path: string) => void;
}

export interface CopyCapability {
  /**
   * Copies a file or folder byte for byte, with its modes, and replaces an older copy. Exactly one end names a process.
   * @throws SymphonyError `not-found` if the source or the folder of the destination does not exist
   */
  copy(experiment: string, source: CopyEnd, destination: CopyEnd, options?: CopyOptions): Promise<void>;
}

/** An open connection to a service: its address, or a port-forward to it. */
export interface Visit {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** True if the connection is a port-forward of this object, which the caller must close. */
  readonly held: boolean;
  close(): Promise<void>;
}

export interface VisitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the reason why an open connection does not reach the service, once for each new reason. */
  readonly onProblem?: (message: string) => void;
}

export interface VisitCapability {
  visit(experiment: string, service: string, options?: VisitOptions): Promise<Visit>;
}

export interface ProcessMetrics extends ProcessReference {
  /** Cores that the process and its descendants use; absent in the first sample. */
  readonly cpu?: number;
  /** Resident memory in bytes. */
  readonly memory?: number;
  /** GPUs that compute, like `cpu` in cores: 1.5 is one and half of another. Absent if it has none, or none tells. */
  readonly gpu?: number;
  /** GPU memory in use on its GPUs, in bytes. */
  readonly gpuMemory?: number;
}

export interface MetricsOptions {
  /** The time between two samples. */
  readonly intervalSeconds?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface MetricsCapability {
  /** Samples all running processes of an experiment until the signal aborts. Nothing is measured unless it is read. */
  metrics(experiment: string, options: MetricsOptions): AsyncIterable<readonly ProcessMetrics[]>;
}

export interface EventsCapability {
  /**
   * Yields the events of an experiment: those so far, oldest first, and with `follow` new ones as they come. An abort ends it
   * without an error.
   * @throws SymphonyError `not-found`
   */
  events(experiment: string, options?: EventsOptions): AsyncIterable<ClusterEvent>;
}

export interface CheckCapability {
  /**
   * Asks the cluster whether it would accept everything that a launch creates. Creates nothing.
   * @throws SymphonyError `failed` naming what the cluster refuses, and why
   */
  check(spec: ExperimentSpec, options?: ActionOptions): Promise<void>;
}

export interface LogBytesCapability {
  /**
   * Yields what one process wrote, byte for byte, in the same extent as `Cluster.logBatches` with these options;
   * `timestamps` and `lineLimit` have no effect. Line ends of a terminal's output become `\n`. Between two runs, a missing
   * line end is added before the marker.
   */
  logBytes(experiment: string, reference: ProcessReference, options?: LogOptions): AsyncIterable<LogPiece>;
}
