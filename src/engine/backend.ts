import type { ActionOptions, Capabilities } from './capabilities.ts';
import type { LogLine, LogOptions } from './logs.ts';
import type { Plan } from './plan.ts';
import type { ExperimentSpec } from './spec/experiment-spec.ts';
import type { ResolvedExperiment } from './spec/resolved-experiment.ts';
import type { ExperimentStatus, ProcessReference, ProcessStatus, RunStatus } from './status.ts';
import type { ExperimentSnapshot, WatchEvent } from './watch.ts';

export interface LaunchOptions extends ActionOptions {
  /** Replace an experiment of that name that exists on the cluster. */
  readonly force?: boolean;
  /** Gets the plan before anything is launched; a launch whose plan refuses something fails then. */
  readonly onPlan?: (plan: Plan) => void;
}

export interface DeleteOptions extends ActionOptions {
  /** Wait as long as it takes, instead of naming after a while what still stands. */
  readonly wait?: boolean;
  /** Delete also what is not Symphony's and stands where the experiment does; it stays without this. */
  readonly purge?: boolean;
}

export interface DeleteResult {
  readonly name: string;
  /** What could not be ended, in words. Empty means that nothing is left. */
  readonly leftovers: readonly string[];
  /** What is not Symphony's and therefore stayed, in words. Absent where there was nothing of that kind. */
  readonly kept?: readonly string[];
}

/** What a deletion would meet besides the experiment itself. */
export interface DeletionPreview {
  /** What is not Symphony's and stands where the experiment does, in words: it stays unless `purge` is set. */
  readonly others: readonly string[];
  /** What should be known before: kinds of objects that this user cannot see. */
  readonly notes: readonly string[];
}

/** Everything known of one process. */
export interface ProcessDescription extends ProcessStatus {
  readonly runs: readonly RunStatus[];
  /** Values marked secret read `<secret>`. */
  readonly env: Readonly<Record<string, string>>;
  readonly startDir?: string;
  readonly bind: readonly string[];
  readonly connect: readonly string[];
  readonly expose: readonly string[];
}

export interface ExperimentDescription extends ExperimentStatus {
  readonly launchId: string;
  /** Where the backend keeps it: a folder, a session, a namespace. */
  readonly location: string;
  readonly spec: ExperimentSpec;
  readonly members: readonly ProcessDescription[];
  /** What should be known: fields not enforced here, logs truncated. */
  readonly notes: readonly string[];
}

export interface WatchOptions {
  readonly signal?: AbortSignal;
  /** Only this experiment. */
  readonly experiment?: string;
}

/**
 * Where experiments run, as a backend implements it. `Cluster` is what users hold: it has one of these, and adds all that is the
 * same everywhere (records, the current experiment, waiting, matching of names, the end of what is still open when it is closed).
 */
export interface Backend {
  /** The name under which it is registered. */
  readonly name: string;
  /**
   * Which one of the backend's clusters this is, in a few words for a question or a header: `context prod`. Absent for a
   * backend that has only one.
   */
  readonly place?: string;
  /** What it can do beyond this interface. Does not change. */
  readonly capabilities: Capabilities;
  /** Called, in words, when a call waits unusually long for something, such as a supervisor that does not answer. */
  onWait?: ((message: string) => void) | undefined;

  /** What launching would do. Pure: touches neither the cluster nor this machine. */
  plan(experiment: ResolvedExperiment): Plan;

  /**
   * Launches all of an experiment whose plan has nothing refused or, if anything is in the way, nothing.
   * @throws SymphonyError `conflict` if it exists on the cluster and `force` is not set, `failed` naming what was in the way
   */
  launch(experiment: ResolvedExperiment, options: LaunchOptions): Promise<ExperimentSnapshot>;

  /**
   * Ends everything of an experiment and forgets it. Resolves when nothing is left, or with what could not be ended.
   * An abort stops the waiting, not the ending.
   * @throws SymphonyError `not-found`
   */
  delete(experiment: string, options?: DeleteOptions): Promise<DeleteResult>;

  /** What `delete` would meet besides the experiment itself, which may be damaged. Changes nothing. By default: nothing. */
  previewDeletion?(experiment: string): Promise<DeletionPreview>;

  /** The oldest first. */
  listExperiments(): Promise<readonly ExperimentStatus[]>;

  /**
   * Their names alone, in the same order, for a backend that knows them without looking at every process.
   * @param options `wanted`: a name that was given; it is among the names if it means an experiment, however much that has
   *   to be looked for
   */
  listExperimentNames?(options: { readonly wanted?: string }): Promise<readonly string[]>;

  /** The processes of an experiment, in the order of declaration. @throws SymphonyError `not-found` */
  listProcesses(experiment: string): Promise<readonly ProcessStatus[]>;

  /** @throws SymphonyError `not-found` */
  describeExperiment(experiment: string): Promise<ExperimentDescription>;

  /** The declaration it was launched with. @throws SymphonyError `not-found` */
  spec(experiment: string): Promise<ExperimentSpec>;

  /** A full snapshot, then changes as they happen, until the signal aborts (which ends it without an error). */
  watch(options: WatchOptions): AsyncIterable<WatchEvent>;

  /**
   * Lines of several processes in batches, as they come; each process's lines are in order.
   * Ends by itself unless `follow` is set; an abort ends it without an error.
   */
  logBatches(
    experiment: string,
    processes: readonly ProcessReference[],
    options: LogOptions,
  ): AsyncIterable<readonly LogLine[]>;

  /** Ends what this object holds open. What runs on the cluster goes on. */
  close(): Promise<void>;
}
