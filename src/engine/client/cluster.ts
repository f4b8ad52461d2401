import type {
  Backend,
  DeleteOptions,
  DeleteResult,
  DeletionPreview,
  ExperimentDescription,
  LaunchOptions,
  WatchOptions,
} from '../contract/backend.ts';
import type { BackendDefinition } from '../contract/backend-definition.ts';
import { registerBackend } from '../contract/backend-registry.ts';
import type { ActionOptions, Capabilities, CapabilityName, ScaleResult } from '../contract/capabilities.ts';
import { SymphonyError, throwIfAborted, toSymphonyError } from '../contract/errors.ts';
import type { BackendOptions } from '../contract/extensions.ts';
import type { LogLine, LogOptions } from '../contract/logs.ts';
import { type NoticeTarget, noticeTargets } from '../contract/notices.ts';
import type { Plan } from '../contract/plan.ts';
import type { ExperimentStatus, ProcessReference, ProcessStatus } from '../contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../contract/watch.ts';
import { overriddenSetting, readSetting } from '../settings/config.ts';
import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import { prefixName } from '../spec/names.ts';
import { resolveExperiment } from '../spec/resolve/resolve-experiment.ts';
import type { ResolvedExperiment } from '../spec/resolve/resolved-experiment.ts';
import { type ReplicaCounts, scaleSpec } from '../spec/scale-spec.ts';
import type { ExperimentOptions } from '../spec/schema/spec-input.ts';
import { version } from '../version.ts';
import { type CapturedResult, type CaptureOptions, captureCommand } from './capture-command.ts';
import { readCurrentExperiment, writeCurrentExperiment } from './current-experiment.ts';
import { Experiment } from './declaration/experiment.ts';
import { toSpec } from './declaration/to-spec.ts';
import { type ExperimentOrName, ownName } from './experiment-names.ts';
import { loadBackend } from './load-backend.ts';
import { resolveTarget } from './match.ts';
import { planLaunch, refuseUnmapped, withUntold } from './plan-launch.ts';
import type { PreparedRecord } from './records.ts';
import { type WaitOptions, waitForExperiment } from './wait.ts';

/** A backend that a program imports, or another that it registers. */
export type BackendName = keyof BackendOptions | (string & {});

/** The options of a backend: its own where its package declares them, else any. */
export type OptionsOf<Name extends string> = (Name extends keyof BackendOptions
  ? BackendOptions[Name]
  : Readonly<Record<string, unknown>>) & { readonly signal?: AbortSignal | undefined };

/** Where experiments run, reached through a backend. `Cluster.new` makes one. */
export class Cluster {
  /**
   * Loads a backend and connects to it.
   * @param backend Its name; by default the one from the settings, which is `local` unless changed.
   * @param options Options of the backend; `signal` aborts the connecting of a backend that is reached over the network.
   * @throws SymphonyError `not-found` for a name that is not registered, `usage` for an option that the backend does not take,
   *   `backend-unavailable` if it does not work here.
   */
  static async new<Name extends BackendName>(backend?: Name, options?: OptionsOf<Name>): Promise<Cluster> {
    const cluster = new Cluster(await loadBackend(backend ?? (await readSetting('backend')), { ...options }));
    cluster.#username = await readSetting('username');
    return cluster;
  }

  /**
   * Makes a backend available under a name; a later one of the same name replaces it.
   * @throws SymphonyError `usage` for a name that cannot be used, `conflict` for one that belongs to another backend
   */
  static register(name: string, definition: BackendDefinition): void {
    registerBackend(name, definition);
  }

  /** What this backend can do beyond the methods here. An unsupported capability is undefined. */
  readonly capabilities: Capabilities;
  readonly #backend: Backend;
  #closing = new AbortController();
  /** That of the settings; undefined until they were read. */
  #username: string | undefined;

  /** Wraps a backend that a program made itself; `Cluster.new` makes a registered one. */
  constructor(backend: Backend) {
    this.#backend = backend;
    const { logBytes, events } = backend.capabilities;
    this.capabilities = {
      ...backend.capabilities,
      ...(logBytes && {
        logBytes: {
          logBytes: (experiment, reference, options) =>
            logBytes.logBytes(experiment, reference, this.#untilClosed(options)),
        },
      }),
      ...(events && {
        events: { events: (experiment, options) => events.events(experiment, this.#untilClosed(options)) },
      }),
    };
  }

  /** The backend's name. */
  get backend(): string {
    return this.#backend.name;
  }

  /**
   * A short label for this cluster among the backend's clusters, for questions and headers: `context prod`. Undefined for
   * a backend that has only one.
   */
  get place(): string | undefined {
    return this.#backend.place;
  }

  /**
   * Called with an explanation when a call waits unusually long, for example for a supervisor that does not answer. Unset
   * by default.
   */
  get onWait(): ((message: string) => void) | undefined {
    return this.#backend.onWait;
  }
  set onWait(listener: ((message: string) => void) | undefined) {
    this.#backend.onWait = listener;
  }

  /**
   * What makes the calls, in a few words: `symphony stop`. The events of an experiment name it where something was requested.
   * Unset by default; they then name the program.
   */
  get origin(): string | undefined {
    return this.#backend.origin;
  }
  set origin(origin: string | undefined) {
    this.#backend.origin = origin;
  }

  /**
   * Starts the declaration of an experiment. Nothing runs until it is launched.
   * @throws SymphonyError `invalid-spec` if the name is wrong
   */
  newExperiment(name: string, options: ExperimentOptions = {}): Experiment {
    // One that the program sets has effect at once.
    return new Experiment(name, options, overriddenSetting('username') ?? this.#username);
  }

  /** Says what a launch would do. Pure: accesses neither the cluster nor this machine. */
  plan(spec: ExperimentSpec): Plan {
    return planLaunch(this.#backend, spec, resolveExperiment(spec));
  }

  /**
   * Launches the whole experiment or, if anything fails, nothing. Saves its spec in the experiment folder, if one is set.
   * @throws SymphonyError `conflict` if it exists on the cluster and `force` is not set, `invalid-spec` if the backend
   *   refuses a field, `failed` naming the obstacle.
   */
  async launch(experiment: ExperimentSpec | Experiment, options: LaunchOptions = {}): Promise<ExperimentSnapshot> {
    const spec = await toSpec(experiment);
    const resolved = resolveExperiment(spec);
    const plan = planLaunch(this.#backend, spec, resolved);
    options.onPlan?.(await this.withSettingNotes(plan));
    refuseUnmapped(plan);
    throwIfAborted(options.signal);
    const record = await this.#prepareRecord(spec, options.force ?? false);
    let launched: ExperimentSnapshot;
    try {
      launched = await this.#launch(resolved, options);
    } catch (error) {
      await record?.discard();
      throw error;
    }
    await record?.commit();
    return launched;
  }

  /** Launches several experiments at once. A failure of one does not affect the others. */
  async launchBatch(
    experiments: readonly (ExperimentSpec | Experiment)[],
    options: LaunchOptions = {},
  ): Promise<readonly (ExperimentSnapshot | Failed)[]> {
    return Promise.all(
      experiments.map((experiment) =>
        this.launch(experiment, options).catch((error: unknown) => failed(experiment, error)),
      ),
    );
  }

  /** The targets of the setting `notify` that are told also when no client runs. */
  get tells(): readonly NoticeTarget[] {
    return this.#backend.tells ?? [];
  }

  /** What the settings of this program add to the notes of a plan: the targets of `notify` that will not be told. */
  async withSettingNotes(plan: Plan): Promise<Plan> {
    return withUntold(plan, noticeTargets(await readSetting('notify')), this.tells);
  }

  async #launch(resolved: ResolvedExperiment, options: LaunchOptions): Promise<ExperimentSnapshot> {
    if (!options.force || this.#backend.history === 'own') return this.#backend.launch(resolved, options);
    const { replaceWithHistory } = await import('../history/delete-with-history.ts');
    return replaceWithHistory(this.#backend, resolved, options);
  }

  async #prepareRecord(spec: ExperimentSpec, force: boolean): Promise<PreparedRecord | undefined> {
    const folder = await readSetting('experimentFolder');
    if (folder === '') return undefined;
    const { prepareRecord } = await import('./records.ts');
    return prepareRecord(folder, spec, { backend: this.backend, launchedAt: new Date().toISOString(), version, force });
  }

  /**
   * Ends all processes of an experiment and removes it. What it was stays in the history, as far as its settings say.
   * Resolves when nothing remains, or with what could not be ended. An abort stops the waiting, not the deletion.
   * @throws SymphonyError `not-found`
   */
  async delete(experiment: ExperimentOrName, options: DeleteOptions = {}): Promise<DeleteResult> {
    const name = await this.nameOf(experiment);
    if (this.#backend.history === 'own') return this.#backend.delete(name, options);
    const { deleteWithHistory } = await import('../history/delete-with-history.ts');
    return deleteWithHistory(this.#backend, name, options);
  }

  /** Says what `delete` would find besides the experiment itself, which may be damaged. Changes nothing. */
  async previewDeletion(experiment: ExperimentOrName): Promise<DeletionPreview> {
    return (await this.#backend.previewDeletion?.(await this.nameOf(experiment))) ?? { others: [], notes: [] };
  }

  /** Deletes several experiments at once. A failure of one does not affect the others. */
  async deleteBatch(
    experiments: readonly ExperimentOrName[],
    options: DeleteOptions = {},
  ): Promise<readonly (DeleteResult | Failed)[]> {
    return Promise.all(
      experiments.map((experiment) =>
        this.delete(experiment, options).catch((error: unknown) => failed(experiment, error)),
      ),
    );
  }

  listExperiments(): Promise<readonly ExperimentStatus[]> {
    return this.#backend.listExperiments();
  }

  /**
   * Only the names, in the order of `listExperiments`. A backend may know them without reading every process.
   * @param options `wanted`: the name that the caller looks for; the result includes it if such an experiment exists, even
   *   where finding it takes a further request
   */
  async listExperimentNames(options: { readonly wanted?: string } = {}): Promise<readonly string[]> {
    const names = await this.#backend.listExperimentNames?.(options);
    return names ?? (await this.listExperiments()).map(({ name }) => name);
  }

  /** The processes of an experiment, in the order of declaration. @throws SymphonyError `not-found` */
  async listProcesses(experiment: ExperimentOrName): Promise<readonly ProcessStatus[]> {
    return this.#backend.listProcesses(await this.nameOf(experiment));
  }

  /** @throws SymphonyError `not-found` */
  async describeExperiment(experiment: ExperimentOrName): Promise<ExperimentDescription> {
    return this.#backend.describeExperiment(await this.nameOf(experiment));
  }

  /** The spec that the experiment was launched with. @throws SymphonyError `not-found` */
  async spec(experiment: ExperimentOrName): Promise<ExperimentSpec> {
    return this.#backend.spec(await this.nameOf(experiment));
  }

  /**
   * Changes the numbers of replicas of declared processes and groups: `scale('rl', { agent: 20 })`. Processes that stay keep
   * their names, ports and environment; those that run learn of services that are new or gone only by a restart.
   * @throws SymphonyError `unsupported` if this backend cannot, `not-found`, `ambiguous`, `usage` or `invalid-spec` for a
   *   wrong name or number, `conflict` if the experiment is being deleted or nothing of it runs
   */
  async scale(experiment: ExperimentOrName, counts: ReplicaCounts, options: ActionOptions = {}): Promise<ScaleResult> {
    const capability = requireCapability(this, 'scale');
    const name = await this.nameOf(experiment);
    const { spec, changes } = scaleSpec(await this.spec(name), counts);
    if (changes.length > 0) {
      const { parseSpec } = await import('../spec/parse-spec.ts');
      refuseUnmapped(this.plan(parseSpec(spec)));
    }
    return capability.scale(name, counts, options);
  }

  /** Yields a full snapshot, then changes as they happen. An abort of the signal ends it without an error. */
  watch(options: WatchOptions = {}): AsyncIterable<WatchEvent> {
    return this.#backend.watch(this.#untilClosed(options));
  }

  /**
   * Yields lines of several processes in batches, as they arrive; each process's lines are in order.
   * Ends by itself unless `follow` is set. An abort ends it without an error.
   */
  async *logBatches(
    experiment: ExperimentOrName,
    processes: readonly ProcessReference[],
    options: LogOptions = {},
  ): AsyncGenerator<readonly LogLine[]> {
    yield* this.#backend.logBatches(await this.nameOf(experiment), processes, this.#untilClosed(options));
  }

  /** As `logBatches`, line by line. */
  async *logs(
    experiment: ExperimentOrName,
    processes: readonly ProcessReference[],
    options: LogOptions = {},
  ): AsyncGenerator<LogLine> {
    for await (const batch of this.logBatches(experiment, processes, options)) yield* batch;
  }

  /**
   * Watches the experiment and resolves when it is ready or done.
   * @throws SymphonyError `failed` once the goal has become unreachable, `timeout`, `interrupted`, `not-found`
   */
  async wait(experiment: ExperimentOrName, options: WaitOptions): Promise<ExperimentSnapshot> {
    return waitForExperiment(this, await this.nameOf(experiment), options);
  }

  /**
   * Runs a command in a process, in its folder and environment, and keeps what it writes.
   * @param target `process` or `group/process`, as `findProcess` has it
   * @throws SymphonyError `unsupported` if this backend cannot, `not-found`, `ambiguous`, `conflict` if it does not run
   */
  async exec(
    experiment: ExperimentOrName,
    target: string,
    command: readonly string[],
    options: CaptureOptions = {},
  ): Promise<CapturedResult> {
    const capability = requireCapability(this, 'exec');
    const name = await this.nameOf(experiment);
    const reference = await this.findProcess(name, target);
    return captureCommand(capability, { experiment: name, reference }, command, options);
  }

  /** The experiment that commands without a name act on, or null. */
  currentExperiment(): Promise<string | null> {
    return readCurrentExperiment(this.backend);
  }

  /** Makes an experiment the current one; null for none. */
  async setExperiment(experiment: ExperimentOrName | null): Promise<void> {
    const name = experiment === null ? null : await this.nameOf(experiment);
    return writeCurrentExperiment(this.backend, name);
  }

  /**
   * Finds the process that a target names, `process` or `group/process`: exactly, by prefix or by substring.
   * @throws SymphonyError `not-found`, or `ambiguous` with the candidates in its hint
   */
  async findProcess(experiment: ExperimentOrName, target: string): Promise<ProcessStatus> {
    return resolveTarget(await this.listProcesses(experiment), target);
  }

  /**
   * The name that an experiment has on the cluster. Without a username, and for a name that begins with it, that asks nothing;
   * else a name that exists is taken as it is, and the username is prefixed to another.
   */
  async nameOf(experiment: ExperimentOrName): Promise<string> {
    if (typeof experiment !== 'string') return experiment.finalName();
    const username = overriddenSetting('username') ?? this.#username ?? '';
    if (prefixName(username, experiment) === experiment) return experiment;
    return ownName(experiment, await this.listExperimentNames({ wanted: experiment }), username);
  }

  /**
   * Closes the connections of this object. Its watches and log streams end as if their signal were aborted. Experiments
   * keep running.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#closing = new AbortController();
    await this.#backend.close();
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The same options, with a signal that also aborts when this object is closed. */
  #untilClosed<Options extends { readonly signal?: AbortSignal }>(options: Options = {} as Options) {
    const signals = [this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])];
    return { ...options, signal: AbortSignal.any(signals) };
  }
}

/** What became of an experiment that a call for several failed for. */
export interface Failed {
  readonly name: string;
  readonly error: SymphonyError;
}

function failed(experiment: ExperimentOrName | ExperimentSpec, error: unknown): Failed {
  const name = typeof experiment === 'string' ? experiment : experiment.name;
  return { name, error: toSymphonyError(error) };
}

/**
 * The cluster's capability of that name.
 * @throws SymphonyError `unsupported` if this backend does not have it
 */
export function requireCapability<Name extends CapabilityName>(
  cluster: Cluster,
  name: Name,
): NonNullable<Capabilities[Name]> {
  const capability = cluster.capabilities[name];
  if (capability === undefined) {
    throw new SymphonyError('unsupported', `The ${cluster.backend} backend ${lacks[name] ?? `cannot ${name}`}.`);
  }
  return capability as NonNullable<Capabilities[Name]>;
}

/** What a backend without the capability does not do, where its name is no verb. */
const lacks: Readonly<Partial<Record<CapabilityName, string>>> = {
  events: 'keeps no events',
  metrics: 'gives no metrics',
};
