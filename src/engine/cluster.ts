import { type BackendLoader, createBackend, registerBackend } from './backend-registry.ts';
import type { ActionOptions, Capabilities, CapabilityName, Progress } from './capabilities.ts';
import { readSetting } from './config.ts';
import { readCurrentExperiment, writeCurrentExperiment } from './current-experiment.ts';
import { SymphonyError, throwIfAborted } from './errors.ts';
import type { Experiment, ExperimentOptions } from './experiment.ts';
import { newExperiment, toSpec } from './experiment.ts';
import type { LogLine, LogOptions } from './logs.ts';
import { resolveTarget } from './match.ts';
import { describeRefused, type Plan } from './plan.ts';
import type { PreparedRecord } from './records.ts';
import type { ExperimentSpec } from './spec/experiment-spec.ts';
import type { ExperimentStatus, ProcessReference, ProcessStatus, RunStatus } from './status.ts';
import { version } from './version.ts';
import { type WaitOptions, waitForExperiment } from './wait.ts';
import type { ExperimentSnapshot, WatchEvent } from './watch.ts';

export interface LaunchOptions extends ActionOptions {
  /** Replace an experiment of that name that exists on the cluster. */
  readonly force?: boolean;
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
 * Where experiments run, reached through a backend. Made with `Cluster.new`. A backend extends this class and implements
 * what is abstract; what it can do beyond that stands in `capabilities`.
 */
export abstract class Cluster {
  /**
   * Loads a backend and connects to it.
   * @param backend Its name; by default the one from the settings, which is `local` unless changed.
   * @param options What the backend takes; `signal` ends the connecting of one that has to be reached over the network.
   * @throws SymphonyError `not-found` for a name nobody registered, `backend-unavailable` if it does not work here.
   */
  static new(backend?: string, options: Readonly<Record<string, unknown>> = {}): Promise<Cluster> {
    return createBackend(backend, options);
  }

  /** Makes a backend available under a name; a later one of the same name replaces it. */
  static register(name: string, loader: BackendLoader): void {
    registerBackend(name, loader);
  }

  /**
   * Called, in words, when a call waits unusually long for something, such as a supervisor that does not answer. Unset by
   * default.
   */
  onWait: ((message: string) => void) | undefined;
  #closing = new AbortController();

  /** The backend's name. */
  abstract readonly backend: string;
  abstract readonly capabilities: Capabilities;
  /**
   * Which one of the backend's clusters this is, in a few words for a question or a header: `context prod`. Undefined for a
   * backend that has only one.
   */
  readonly place: string | undefined = undefined;

  /** Starts the declaration of an experiment; nothing runs until it is launched. */
  newExperiment(name: string, options: ExperimentOptions = {}): Experiment {
    return newExperiment(name, options);
  }

  /** What launching would do. Pure: touches neither the cluster nor this machine. */
  abstract plan(spec: ExperimentSpec): Plan;

  /**
   * Launches all of an experiment or, if anything is in the way, nothing. Its spec is saved in the experiment folder, if
   * one is set.
   * @throws SymphonyError `conflict` if it exists on the cluster and `force` is not set, `invalid-spec` if the backend
   *   refuses a field, `failed` naming what was in the way.
   */
  async launch(experiment: ExperimentSpec | Experiment, options: LaunchOptions = {}): Promise<ExperimentSnapshot> {
    const spec = await toSpec(experiment);
    refuseUnmapped(this.plan(spec));
    throwIfAborted(options.signal);
    const record = await this.#prepareRecord(spec, options.force ?? false);
    let launched: ExperimentSnapshot;
    try {
      launched = await this.launchSpec(spec, options);
    } catch (error) {
      await record?.discard();
      throw error;
    }
    await record?.commit();
    return launched;
  }

  async #prepareRecord(spec: ExperimentSpec, force: boolean): Promise<PreparedRecord | undefined> {
    const folder = await readSetting('experimentFolder');
    if (folder === '') return undefined;
    const { prepareRecord } = await import('./records.ts');
    return prepareRecord(folder, spec, { backend: this.backend, launchedAt: new Date().toISOString(), version, force });
  }

  /** Launches what `launch` has checked. */
  protected abstract launchSpec(spec: ExperimentSpec, options: LaunchOptions): Promise<ExperimentSnapshot>;

  /**
   * Ends everything of an experiment and forgets it. Resolves when nothing is left, or with what could not be ended.
   * An abort stops the waiting, not the ending.
   * @throws SymphonyError `not-found`
   */
  abstract delete(name: string, options?: DeleteOptions): Promise<DeleteResult>;

  /** What `delete` would meet besides the experiment itself, which may be damaged. Changes nothing. */
  async previewDeletion(_name: string): Promise<DeletionPreview> {
    return { others: [], notes: [] };
  }

  /** Deletes several at once; one that fails does not keep the others from it. */
  async deleteBatch(
    names: readonly string[],
    options: DeleteOptions = {},
  ): Promise<readonly (DeleteResult | { readonly name: string; readonly error: SymphonyError })[]> {
    return Promise.all(
      names.map(async (name) => {
        try {
          return await this.delete(name, options);
        } catch (error) {
          return {
            name,
            error:
              error instanceof SymphonyError ? error : new SymphonyError('failed', String(error), { cause: error }),
          };
        }
      }),
    );
  }

  abstract listExperiments(): Promise<readonly ExperimentStatus[]>;

  /**
   * Their names alone, in the same order: a backend may know them without looking at every process.
   * @param _options `wanted`: a name that was given; it is among the names if it means an experiment, however much that has
   *   to be looked for
   */
  async listExperimentNames(_options: { readonly wanted?: string } = {}): Promise<readonly string[]> {
    return (await this.listExperiments()).map(({ name }) => name);
  }

  /** The processes of an experiment, in the order of declaration. @throws SymphonyError `not-found` */
  abstract listProcesses(experiment: string): Promise<readonly ProcessStatus[]>;

  /** @throws SymphonyError `not-found` */
  abstract describeExperiment(name: string): Promise<ExperimentDescription>;

  /** The declaration it was launched with. @throws SymphonyError `not-found` */
  abstract spec(name: string): Promise<ExperimentSpec>;

  /** A full snapshot, then changes as they happen, until the signal aborts (which ends it without an error). */
  abstract watch(options?: WatchOptions): AsyncIterable<WatchEvent>;

  /**
   * Lines of several processes in batches, as they come; each process's lines are in order.
   * Ends by itself unless `follow` is set; an abort ends it without an error.
   */
  abstract logBatches(
    experiment: string,
    processes: readonly ProcessReference[],
    options?: LogOptions,
  ): AsyncIterable<readonly LogLine[]>;

  /** The same, line by line. */
  async *logs(
    experiment: string,
    processes: readonly ProcessReference[],
    options: LogOptions = {},
  ): AsyncGenerator<LogLine> {
    for await (const batch of this.logBatches(experiment, processes, options)) yield* batch;
  }

  /**
   * Resolves when the experiment is ready or done, from `watch`.
   * @throws SymphonyError `failed` once that cannot happen any more, `timeout`, `interrupted`, `not-found`
   */
  wait(name: string, options: WaitOptions): Promise<ExperimentSnapshot> {
    return waitForExperiment(this, name, options);
  }

  /** The experiment that commands mean when they name none, or null. */
  currentExperiment(): Promise<string | null> {
    return readCurrentExperiment(this.backend);
  }

  /** Makes it the current one; null for none. */
  setExperiment(name: string | null): Promise<void> {
    return writeCurrentExperiment(this.backend, name);
  }

  /**
   * The process that a target names: `process`, or `group/process`; exactly, by prefix or by substring.
   * @throws SymphonyError `not-found`, or `ambiguous` with the choice in its hint
   */
  async findProcess(experiment: string, target: string): Promise<ProcessStatus> {
    return resolveTarget(await this.listProcesses(experiment), target);
  }

  /**
   * Ends what this object holds open, its watches and the followings of logs included: they end as if their signal were
   * aborted. What runs on the cluster goes on. A backend that overrides it calls it, too.
   */
  close(): Promise<void> {
    this.#closing.abort();
    this.#closing = new AbortController();
    return Promise.resolve();
  }

  /** For a backend: a signal that aborts with the caller's own, and when this object is closed. */
  protected untilClosed(signal?: AbortSignal): AbortSignal {
    return AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])]);
  }
}

/**
 * The capability of that name.
 * @throws SymphonyError `unsupported`, in words, if this backend does not have it
 */
export function requireCapability<Name extends CapabilityName>(
  cluster: Cluster,
  name: Name,
): NonNullable<Capabilities[Name]> {
  const capability = cluster.capabilities[name];
  if (capability === undefined) {
    throw new SymphonyError('unsupported', `The ${cluster.backend} backend cannot ${name}.`);
  }
  return capability as NonNullable<Capabilities[Name]>;
}

/** Throws `invalid-spec`, naming each field that the backend refuses. */
function refuseUnmapped(plan: Plan): void {
  if (plan.notes.every(({ verdict }) => verdict !== 'refused')) return;
  const { message, hint } = describeRefused(plan.notes);
  throw new SymphonyError('invalid-spec', `The ${plan.backend} backend refuses this spec.\n${message}`, { hint });
}

export type { Progress };
