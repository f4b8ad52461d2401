import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import type {
  Backend,
  DeleteOptions,
  DeleteResult,
  ExperimentDescription,
  LaunchOptions,
  WatchOptions,
} from '../../../engine/contract/backend.ts';
import type { ActionOptions, Capabilities, ScaleResult } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import type { ClusterEvent, EventsOptions } from '../../../engine/contract/events.ts';
import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import type { Plan } from '../../../engine/contract/plan.ts';
import {
  type ExperimentStatus,
  formatProcess,
  type ProcessReference,
  type ProcessStatus,
} from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../engine/contract/watch.ts';
import { findWorkingDirectory } from '../../../engine/files/working-directory.ts';
import { readHistoryLimits } from '../../../engine/history/history-limits.ts';
import { readSetting } from '../../../engine/settings/config.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import { launchingEnvironment } from '../../../engine/spec/resolve/environment.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { resolveSecretValues } from '../../../engine/spec/resolve/secrets.ts';
import type { ReplicaCounts } from '../../../engine/spec/scale-spec.ts';
import type { Gpu } from '../../kit/gpus/gpu.ts';
import { requester } from '../../kit/programs/requester.ts';
import { settleLostLaunch, storedLaunch } from '../connection/lost-launch.ts';
import { type ConnectOptions, isConnectionLost } from '../connection/supervisor-connection.ts';
import { experimentEvents } from '../events/follow-events.ts';
import { DamagedExperiment } from '../records/damaged-experiment.ts';
import { describeExperiment } from '../records/describe-experiment.ts';
import { ExperimentStore } from '../records/experiment-store.ts';
import type { RunFinder } from '../records/state-file.ts';
import { ExperimentLookup } from './experiment-lookup.ts';
import type { ForeignExperiment } from './foreign-experiments.ts';
import { SupervisorLink } from './supervisor-link.ts';
import { watchExperiments } from './watch-experiments.ts';
import { addForeign } from './watch-foreign.ts';

/**
 * A backend whose experiments a supervisor on this machine runs, through the backend's runner (see `Runner`). Their
 * records are on this disk, and are read from there where no supervisor is needed.
 */
export abstract class SupervisedBackend implements Backend {
  readonly name: string;
  readonly history = 'own';
  abstract readonly capabilities: Capabilities;
  origin: string | undefined;
  readonly tells = ['command', 'webhook', 'desktop'] as const;
  protected readonly lookup: ExperimentLookup;
  protected readonly link: SupervisorLink;
  readonly #store: ExperimentStore;

  /**
   * @param findRuns like that of the backend's runner
   * @param options `signal`, once aborted, ends every wait for a supervisor
   */
  protected constructor(name: string, findRuns: RunFinder, { signal }: Readonly<Record<string, unknown>> = {}) {
    this.name = name;
    this.#store = new ExperimentStore(name, findRuns);
    this.link = new SupervisorLink(this.#store, signal instanceof AbortSignal ? signal : undefined);
    this.lookup = new ExperimentLookup(name, this.#store, this.link, () => this.experimentsElsewhere());
  }

  abstract plan(experiment: ResolvedExperiment): Plan;

  abstract logBatches(
    experiment: string,
    processes: readonly ProcessReference[],
    options?: LogOptions,
  ): AsyncIterable<readonly LogLine[]>;

  /** Capabilities that every supervised backend has. */
  protected supervisedCapabilities(): Pick<Capabilities, 'restart' | 'stop' | 'scale' | 'events'> {
    return {
      events: { events: (name, options) => this.#events(name, options) },
      restart: { restart: (name, processes, options) => this.#control('restart', name, processes, options) },
      scale: { scale: (name, counts, options) => this.#scale(name, counts, options) },
      stop: { stop: (name, processes, options) => this.#control('stop', name, processes, options), yieldsToKill: true },
    };
  }

  /**
   * Facts that the runner needs beyond the spec. They are determined at launch and stored in the record.
   * @throws SymphonyError `backend-unavailable` if nothing can be launched here
   */
  protected recordOptions(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve({});
  }

  /**
   * The GPUs that the processes of an experiment may get, of which the supervisor takes some for the launch. Undefined if no
   * process wants one, and where the backend hands out none.
   * @throws SymphonyError `failed` naming the first process that wants one, if there is none
   */
  protected offerGpus(
    _resolved: ResolvedExperiment,
    _signal: AbortSignal | undefined,
  ): Promise<readonly Gpu[] | undefined> {
    return Promise.resolve(undefined);
  }

  /**
   * Experiments of this backend that other machines or users run, beyond those whose state is in the same home folder.
   * Rejects soon if they are not known.
   */
  protected experimentsElsewhere(): Promise<readonly ForeignExperiment[]> {
    return Promise.resolve([]);
  }

  /** Yields when these may have changed, until the signal is aborted. Never throws. */
  protected async *changesElsewhere(_signal: AbortSignal): AsyncGenerator<unknown> {}

  /** The folder in which a process finds its secret files. @param folder of the experiment @param key of the process */
  protected abstract secretsFolder(folder: string, key: string): string;

  set onWait(onWait: ((message: string) => void) | undefined) {
    this.link.onWait = onWait;
  }

  get onWait(): ((message: string) => void) | undefined {
    return this.link.onWait;
  }

  async launch(resolved: ResolvedExperiment, options: LaunchOptions): Promise<ExperimentSnapshot> {
    const { signal, onProgress, force = false } = options;
    const { name: backend } = this;
    const { spec } = resolved;
    const values = await resolveSecretValues(resolved, process.env, (path) => readFile(path));
    const secretValues = Object.fromEntries([...values].map(([name, { env }]) => [name, env]));
    const shell = { environment: launchingEnvironment(process.env), umask: process.umask(), secretValues };
    throwIfAborted(signal);
    onProgress?.({ message: `Launching ${spec.name}` });
    const [recordOptions, settings, gpus, history] = await Promise.all([
      this.recordOptions(),
      readSetting('notify'),
      this.offerGpus(resolved, signal),
      readHistoryLimits(),
    ]);
    const by = requester(this.origin);
    const notify = { settings, folder: findWorkingDirectory() ?? homedir() };
    const offered = gpus === undefined ? {} : { gpus };
    const request = { backend, spec, shell, force, options: recordOptions, ...offered, by, notify, history };
    const launch = { store: this.#store, backend, name: spec.name, before: storedLaunch(this.#store, spec.name) };
    try {
      const { warnings, ...snapshot } = await this.link.callOnOwnConnection('launch', request, signal);
      for (const warning of warnings) options.onWarning?.(`The replaced ${spec.name}: ${warning}.`);
      return snapshot;
    } catch (error) {
      if (isConnectionLost(error)) return settleLostLaunch(launch, this.link.options(signal));
      throw error;
    }
  }

  async delete(name: string, options: DeleteOptions = {}): Promise<DeleteResult> {
    if (!(this.#store.read(name) instanceof DamagedExperiment)) await this.lookup.find(name);
    options.onProgress?.({ message: `Deleting ${name}` });
    const history = await readHistoryLimits();
    const request = {
      backend: this.name,
      name,
      by: requester(this.origin),
      history,
      ...(options.kill && { kill: true }),
    };
    const { leftovers, notes } = await this.link.callOnOwnConnection('delete', request, options.signal);
    return { name, leftovers, ...(notes.length > 0 && { notes }) };
  }

  async listExperiments(): Promise<readonly ExperimentStatus[]> {
    const foreign = (await this.lookup.findForeign()).map(({ experiment }) => experiment);
    return oldestFirst([...(await this.#listOwn()), ...foreign]);
  }

  /** Those of others only if one of them may be meant: a command can act on one's own alone. */
  async listExperimentNames({ wanted }: { readonly wanted?: string } = {}): Promise<readonly string[]> {
    const own = oldestFirst(await this.#listOwn()).map(({ name }) => name);
    const isOwn = wanted === undefined ? own.length > 0 : own.some((name) => name.includes(wanted));
    return isOwn ? own : (await this.listExperiments()).map(({ name }) => name);
  }

  async listProcesses(name: string): Promise<readonly ProcessStatus[]> {
    const stored = await this.lookup.find(name);
    const connection = await this.link.connect();
    if (connection === undefined) return stored.snapshot.processes;
    return (await connection.call('snapshot', { backend: this.name, name })).processes;
  }

  async describeExperiment(name: string): Promise<ExperimentDescription> {
    const { record, folder, runtime: stored } = await this.lookup.find(name);
    const connection = await this.link.connect();
    const runtime = connection === undefined ? stored : await connection.call('runtime', { backend: this.name, name });
    return describeExperiment({ record, folder, runtime }, (key) => this.secretsFolder(folder.path, key));
  }

  async spec(name: string): Promise<ExperimentSpec> {
    return (await this.lookup.find(name)).record.spec;
  }

  watch(options: WatchOptions = {}): AsyncIterable<WatchEvent> {
    const source = {
      backend: this.name,
      connect: (connectOptions: ConnectOptions) =>
        this.link.openIfNeeded({ ...connectOptions, ...this.link.options(connectOptions.signal) }),
      readStored: () => this.lookup.readOwn(),
    };
    const foreign = {
      find: this.lookup.foreignFinder(),
      changes: (signal: AbortSignal) => this.changesElsewhere(signal),
    };
    return addForeign((signal) => watchExperiments(source, { ...options, signal }), foreign, options);
  }

  close(): Promise<void> {
    return this.link.close();
  }

  async *#events(name: string, options: EventsOptions = {}): AsyncGenerator<ClusterEvent> {
    const { folder, record } = await this.lookup.find(name);
    const supervise = () => this.link.connect().catch(() => undefined);
    const exists = async () => {
      try {
        return (await this.lookup.find(name)).record.launchId === record.launchId;
      } catch (error) {
        if (error instanceof SymphonyError && error.code === 'not-found') return false;
        throw error;
      }
    };
    // Events come from a supervisor.
    if (options.follow) await this.link.connect();
    yield* experimentEvents({ folder: folder.path, exists, supervise }, options);
  }

  async #listOwn(): Promise<readonly ExperimentStatus[]> {
    const connection = await this.link.connect();
    if (connection !== undefined) return connection.call('list', { backend: this.name });
    return this.lookup.readOwn().map(({ experiment }) => experiment);
  }

  async #scale(name: string, counts: ReplicaCounts, options: ActionOptions = {}): Promise<ScaleResult> {
    await this.lookup.find(name);
    options.onProgress?.({ message: `Scaling ${name}` });
    const request = { backend: this.name, name, counts, by: requester(this.origin) };
    return this.link.callOnOwnConnection('scale', request, options.signal);
  }

  async #control(
    method: 'stop' | 'restart',
    name: string,
    processes: readonly ProcessReference[],
    options: ActionOptions = {},
  ): Promise<void> {
    await this.lookup.find(name);
    const what = processes.map(formatProcess).join(', ');
    options.onProgress?.({ message: method === 'stop' ? `Stopping ${what}` : `Restarting ${what}` });
    const request = { backend: this.name, name, processes, by: requester(this.origin) };
    await this.link.callOnOwnConnection(method, request, options.signal);
  }
}

function oldestFirst(experiments: readonly ExperimentStatus[]): ExperimentStatus[] {
  return experiments.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
}
