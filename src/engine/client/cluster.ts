import type {
  DeleteOptions,
  DeleteResult,
  DeletionPreview,
  ExperimentDescription,
  LaunchOptions,
  WatchOptions,
} from '../contract/backend.ts';
import type { BackendDefinition } from '../contract/backend-definition.ts';
import { registerBackend } from '../contract/backend-registry.ts';
import type { ActionOptions, ScaleResult } from '../contract/capabilities.ts';
import { SymphonyError, throwIfAborted, toSymphonyError } from '../contract/errors.ts';
import { type NoticeTarget, noticeTargets } from '../contract/notices.ts';
import type { Plan } from '../contract/plan.ts';
import type { ExperimentStatus } from '../contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../contract/watch.ts';
import { overriddenSetting, readSetting } from '../settings/config.ts';
import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import { resolveExperiment } from '../spec/resolve/resolve-experiment.ts';
import type { ResolvedExperiment } from '../spec/resolve/resolved-experiment.ts';
import { type ReplicaCounts, scaleSpec } from '../spec/scale-spec.ts';
import type { ExperimentOptions } from '../spec/schema/spec-input.ts';
import { version } from '../version.ts';
import { ClusterProcesses } from './cluster-processes.ts';
import { readCurrentExperiment, writeCurrentExperiment } from './current-experiment.ts';
import { Experiment } from './declaration/experiment.ts';
import { toSpec } from './declaration/to-spec.ts';
import { type BackendName, loadBackend, type OptionsOf } from './load-backend.ts';
import type { ExperimentOrName } from './names/experiment-names.ts';
import { planLaunch, refuseUnmapped, withUntold } from './plan-launch.ts';
import type { PreparedRecord } from './records.ts';
import { requireCapability } from './require-capability.ts';
import { type WaitOptions, waitForExperiment } from './wait.ts';

/** Where experiments run, reached through a backend. `Cluster.new` makes one. */
export class Cluster extends ClusterProcesses {
  /**
   * Loads a backend and connects to it.
   * @param backend Its name; by default the one from the settings, which is `local` unless changed.
   * @param options Options of the backend; `signal` aborts the connecting of a backend that is reached over the network.
   * @throws SymphonyError `not-found` for a name that is not registered, `usage` for an option that the backend does not take,
   *   `backend-unavailable` if it does not work here.
   */
  static async new<Name extends BackendName>(backend?: Name, options?: OptionsOf<Name>): Promise<Cluster> {
    const cluster = new Cluster(await loadBackend(backend ?? (await readSetting('backend')), { ...options }));
    cluster.username = await readSetting('username');
    return cluster;
  }

  /**
   * Makes a backend available under a name; a later one of the same name replaces it.
   * @throws SymphonyError `usage` for a name that cannot be used, `conflict` for one that belongs to another backend
   */
  static register(name: string, definition: BackendDefinition): void {
    registerBackend(name, definition);
  }

  static #openInterface: OpenInterface | undefined;

  /** Says how `ui` opens the full-screen interface, which the engine does not know. @internal */
  static provideInterface(open: OpenInterface): void {
    Cluster.#openInterface = open;
  }

  /**
   * Opens the full-screen interface on this cluster, and resolves when the user leaves it, with the terminal as it was. The
   * cluster stays open. Commands that the interface runs as programs of their own are those of `symphony`.
   * @param experiment whose processes are shown first; by default the list of experiments
   * @throws SymphonyError `usage` without a terminal, `not-found` without that experiment
   */
  async ui(experiment?: ExperimentOrName): Promise<void> {
    if (Cluster.#openInterface === undefined)
      throw new SymphonyError('unsupported', 'This program has no full-screen interface.');
    if (experiment === undefined) return Cluster.#openInterface(this);
    const name = await this.nameOf(experiment);
    // An unknown one is refused before the terminal is taken.
    await this.describeExperiment(name);
    await Cluster.#openInterface(this, name);
  }

  /**
   * Starts the declaration of an experiment. Nothing runs until it is launched.
   * @throws SymphonyError `invalid-spec` if the name is wrong
   */
  newExperiment(name: string, options: ExperimentOptions = {}): Experiment {
    // One that the program sets has effect at once.
    return new Experiment(name, options, overriddenSetting('username') ?? this.username);
  }

  /** Says what a launch would do. Pure: accesses neither the cluster nor this machine. */
  plan(spec: ExperimentSpec): Plan {
    return planLaunch(this.implementation, spec, resolveExperiment(spec));
  }

  /**
   * Launches the whole experiment or, if anything fails, nothing. Saves its spec in the experiment folder, if one is set.
   * @throws SymphonyError `conflict` if it exists on the cluster, or its record in the experiment folder, and `force` is not set, `invalid-spec` if the backend
   *   refuses a field, `failed` naming the obstacle.
   */
  async launch(experiment: ExperimentSpec | Experiment, options: LaunchOptions = {}): Promise<ExperimentSnapshot> {
    const spec = await toSpec(experiment);
    const resolved = resolveExperiment(spec);
    const plan = planLaunch(this.implementation, spec, resolved);
    options.onPlan?.(await this.withSettingNotes(plan));
    refuseUnmapped(plan);
    throwIfAborted(options.signal);
    const record = await this.#prepareRecord(spec, plan, options.force ?? false);
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
    return this.implementation.tells ?? [];
  }

  /** What the settings of this program add to the notes of a plan: the targets of `notify` that will not be told. */
  async withSettingNotes(plan: Plan): Promise<Plan> {
    return withUntold(plan, noticeTargets(await readSetting('notify')), this.tells);
  }

  async #launch(resolved: ResolvedExperiment, options: LaunchOptions): Promise<ExperimentSnapshot> {
    if (!options.force || this.implementation.history === 'own') return this.implementation.launch(resolved, options);
    const { replaceWithHistory } = await import('../history/delete-with-history.ts');
    return replaceWithHistory(this.implementation, resolved, options);
  }

  async #prepareRecord(spec: ExperimentSpec, { documents }: Plan, force: boolean): Promise<PreparedRecord | undefined> {
    const folder = await readSetting('experimentFolder');
    if (folder === '') return undefined;
    const { prepareRecord } = await import('./records.ts');
    const launchedAt = new Date().toISOString();
    return prepareRecord(folder, spec, { backend: this.backend, launchedAt, version, force, documents });
  }

  /**
   * Ends all processes of an experiment and removes it. What it was stays in the history, as far as its settings say.
   * Resolves when nothing remains, or with what could not be ended. An abort stops the waiting, not the deletion.
   * @throws SymphonyError `not-found`
   */
  async delete(experiment: ExperimentOrName, options: DeleteOptions = {}): Promise<DeleteResult> {
    const name = await this.nameOf(experiment);
    if (this.implementation.history === 'own') return this.implementation.delete(name, options);
    const { deleteWithHistory } = await import('../history/delete-with-history.ts');
    return deleteWithHistory(this.implementation, name, options);
  }

  /** Says what `delete` would find besides the experiment itself, which may be damaged. Changes nothing. */
  async previewDeletion(experiment: ExperimentOrName): Promise<DeletionPreview> {
    return (await this.implementation.previewDeletion?.(await this.nameOf(experiment))) ?? { others: [], notes: [] };
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
    return this.implementation.listExperiments();
  }

  /** @throws SymphonyError `not-found` */
  async describeExperiment(experiment: ExperimentOrName): Promise<ExperimentDescription> {
    return this.implementation.describeExperiment(await this.nameOf(experiment));
  }

  /** The spec that the experiment was launched with. @throws SymphonyError `not-found` */
  async spec(experiment: ExperimentOrName): Promise<ExperimentSpec> {
    return this.implementation.spec(await this.nameOf(experiment));
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
    return this.implementation.watch(this.untilClosed(options));
  }

  /**
   * Watches the experiment and resolves when it is ready or done.
   * @throws SymphonyError `failed` once the goal has become unreachable, `timeout`, `interrupted` by its signal or by `close`,
   *   `not-found`
   */
  async wait(experiment: ExperimentOrName, options: WaitOptions): Promise<ExperimentSnapshot> {
    const untilClosed = this.untilClosed(options);
    return waitForExperiment(this, await this.nameOf(experiment), untilClosed);
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
}

type OpenInterface = (cluster: Cluster, experiment?: string) => Promise<void>;

/** What became of an experiment that a call for several failed for. */
export interface Failed {
  readonly name: string;
  readonly error: SymphonyError;
}

function failed(experiment: ExperimentOrName | ExperimentSpec, error: unknown): Failed {
  const name = typeof experiment === 'string' ? experiment : experiment.name;
  return { name, error: toSymphonyError(error) };
}
