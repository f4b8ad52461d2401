import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import type { DeclaredLimits } from '../spec/resolve/declared-limits.ts';
import type { ResolvedExperiment } from '../spec/resolve/resolved-experiment.ts';
import type { ActionOptions, Capabilities } from './capabilities.ts';
import type { LogLine, LogOptions } from './logs.ts';
import type { NoticeTarget } from './notices.ts';
import type { Plan } from './plan.ts';
import type { ExperimentStatus, ProcessReference, ProcessStatus, RunStatus } from './status.ts';
import type { ExperimentSnapshot, WatchEvent } from './watch.ts';

export interface LaunchOptions extends ActionOptions {
  /** Replace an experiment of that name that exists on the cluster. */
  readonly force?: boolean;
  /** Called with a warning that does not prevent the launch, such as what the history could not keep. */
  readonly onWarning?: (warning: string) => void;
  /** As in `DeleteOptions`, for the experiment that the launch replaces. */
  readonly onEnded?: DeleteOptions['onEnded'];
  /** Called with the plan before the launch; a launch whose plan refuses a field fails afterwards. */
  readonly onPlan?: (plan: Plan) => void;
}

export interface DeleteOptions extends ActionOptions {
  /** Wait without a limit. Without it, `delete` stops waiting after a while and reports what remains. */
  readonly wait?: boolean;
  /** Also delete objects in the experiment's place that Symphony did not create. They stay otherwise. */
  readonly purge?: boolean;
  /**
   * End the processes at once, by SIGKILL; also those that another deletion is ending by their stop signals, or a stop that
   * `yieldsToKill`.
   */
  readonly kill?: boolean;
  /**
   * Awaited by a backend whose `history` is `on-ended`, once the processes have ended and while everything about them
   * can still be read. Never rejects.
   */
  readonly onEnded?: (ended?: EndedExperiment) => Promise<void>;
}

/** What a backend offers about an experiment whose processes have ended. The history uses `Backend` for what is absent. */
export interface EndedExperiment {
  /** What could not be kept, in words. */
  readonly notes?: readonly string[];
  /** All kept lines of one process, as `Backend.logBatches` gives them, at less cost where many processes are read. */
  logBatches?(reference: ProcessReference, options: LogOptions): AsyncIterable<readonly LogLine[]>;
}

export interface DeleteResult {
  readonly name: string;
  /** Descriptions of what could not be ended. Empty if nothing remains. */
  readonly leftovers: readonly string[];
  /** Descriptions of objects that stayed because Symphony did not create them. Absent if there were none. */
  readonly kept?: readonly string[];
  /** Warnings, such as what the history could not keep. Absent if there are none. */
  readonly notes?: readonly string[];
}

/** What a deletion finds besides the experiment itself. */
export interface DeletionPreview {
  /** Descriptions of objects in the experiment's place that Symphony did not create; they stay unless `purge` is set. */
  readonly others: readonly string[];
  /** Warnings before the deletion, such as kinds of objects that this user cannot list. */
  readonly notes: readonly string[];
}

/** Everything known about one process. */
export interface ProcessDescription extends ProcessStatus, DeclaredLimits {
  readonly runs: readonly RunStatus[];
  /** A secret value reads `<secret>`. */
  readonly env: Readonly<Record<string, string>>;
  readonly startDir?: string;
  readonly bind: readonly string[];
  readonly connect: readonly string[];
  readonly expose: readonly string[];
}

export interface ExperimentDescription extends ExperimentStatus {
  readonly launchId: string;
  /** Where the backend keeps it: a folder, a session. */
  readonly location: string;
  readonly spec: ExperimentSpec;
  readonly members: readonly ProcessDescription[];
  /** Warnings, such as fields that are not enforced here and truncated logs. */
  readonly notes: readonly string[];
}

export interface WatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Only this experiment. */
  readonly experiment?: string;
}

/**
 * Where experiments run, as a backend implements it. Users hold a `Cluster`, which wraps a backend and adds what is common to
 * all (records, the current experiment, waiting, matching of names, the end of open watches and log streams).
 */
export interface Backend {
  /** The registered name of the backend. */
  readonly name: string;
  /**
   * A short label for this cluster among the backend's clusters, for questions and headers: `context prod`. Absent for a
   * backend that has only one.
   */
  readonly place?: string;
  /**
   * How a deleted experiment comes into the history, with what its processes wrote while they were being ended. `own`: the
   * backend copies it there. `on-ended`: `delete`, and `launch` with `force`, await `onEnded` of their options before
   * anything goes. Absent: everything is read before `delete` is called, without what the processes write at their end.
   */
  readonly history?: 'own' | 'on-ended';
  /** Capabilities beyond this interface. They do not change. */
  readonly capabilities: Capabilities;
  /** The targets of the setting `notify` that are told also when no client runs; none by default. */
  readonly tells?: readonly NoticeTarget[];
  /** Called with an explanation when a call waits unusually long, for example for a supervisor that does not answer. */
  onWait?: ((message: string) => void) | undefined;
  /** What makes the calls, in a few words, for the events of experiments: `symphony stop`. By default this program's name. */
  origin?: string | undefined;

  /** Says what a launch would do. Pure: accesses neither the cluster nor this machine. */
  plan(experiment: ResolvedExperiment): Plan;

  /**
   * Launches the whole experiment, whose plan refuses nothing, or, if anything fails, nothing.
   * @throws SymphonyError `conflict` if it exists on the cluster and `force` is not set, `failed` naming the obstacle
   */
  launch(experiment: ResolvedExperiment, options: LaunchOptions): Promise<ExperimentSnapshot>;

  /**
   * Ends all processes of an experiment and removes it. Resolves when nothing remains, or with what could not be ended.
   * An abort stops the waiting, not the deletion.
   * @throws SymphonyError `not-found`
   */
  delete(experiment: string, options?: DeleteOptions): Promise<DeleteResult>;

  /** Says what `delete` would find besides the experiment itself, which may be damaged. Changes nothing. Without it, a deletion finds nothing else. */
  previewDeletion?(experiment: string): Promise<DeletionPreview>;

  /** Lists experiments, oldest first. */
  listExperiments(): Promise<readonly ExperimentStatus[]>;

  /**
   * Only the names, in the order of `listExperiments`, for a backend that knows them without reading every process.
   * @param options `wanted`: the name that the caller looks for; the result includes it if such an experiment exists, even
   *   where finding it takes a further request
   */
  listExperimentNames?(options: { readonly wanted?: string }): Promise<readonly string[]>;

  /** The processes of an experiment, in the order of declaration. @throws SymphonyError `not-found` */
  listProcesses(experiment: string): Promise<readonly ProcessStatus[]>;

  /** @throws SymphonyError `not-found` */
  describeExperiment(experiment: string): Promise<ExperimentDescription>;

  /** The spec that the experiment was launched with. @throws SymphonyError `not-found` */
  spec(experiment: string): Promise<ExperimentSpec>;

  /**
   * Yields a full snapshot, then changes as they happen. An abort of the signal ends it without an error, and nothing else
   * does: the backend reconnects by itself and yields `stale` meanwhile. It throws only if the watch cannot begin, or if the
   * user may no longer read what is watched.
   */
  watch(options: WatchOptions): AsyncIterable<WatchEvent>;

  /**
   * Yields lines of several processes in batches, as they arrive; each process's lines are in order.
   * Ends by itself unless `follow` is set. An abort ends it without an error.
   */
  logBatches(
    experiment: string,
    processes: readonly ProcessReference[],
    options: LogOptions,
  ): AsyncIterable<readonly LogLine[]>;

  /** Closes the connections of this object. Experiments keep running. */
  close(): Promise<void>;
}
