import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { resolveName } from '../../../engine/client/match.ts';
import type {
  Backend,
  DeleteResult,
  ExperimentDescription,
  LaunchOptions,
  WatchOptions,
} from '../../../engine/contract/backend.ts';
import type {
  ActionOptions,
  Capabilities,
  CopyEnd,
  CopyOptions,
  Streams,
} from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { type LogLine, type LogOptions, type LogPiece, longestLineBytes } from '../../../engine/contract/logs.ts';
import type { Plan } from '../../../engine/contract/plan.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import {
  type ExperimentStatus,
  formatProcess,
  isFinal,
  type ProcessReference,
  type ProcessStatus,
} from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../engine/contract/watch.ts';
import { absolutePath } from '../../../engine/files/working-directory.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import { launchingEnvironment } from '../../../engine/spec/resolve/environment.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { resolveSecretValues } from '../../../engine/spec/resolve/secrets.ts';
import { noExperiment, noProcess, noTerminal, notRunning } from '../../../engine/text/common-errors.ts';
import { formatUrl } from '../../../engine/text/format-address.ts';
import { attachTerminal } from '../../kit/terminal/attach-terminal.ts';
import { detachHint } from '../../kit/terminal/hand-over-terminal.ts';
import { settleLostLaunch, storedLaunch } from '../connection/lost-launch.ts';
import type { Method, Methods } from '../connection/protocol.ts';
import { findSupervisor, reachSupervisor } from '../connection/supervisor-client.ts';
import {
  type ConnectOptions,
  isConnectionLost,
  type SupervisorConnection,
} from '../connection/supervisor-connection.ts';
import { copyOnHost } from '../keeper/backend/copy-on-host.ts';
import { execOnHost } from '../keeper/backend/exec-on-host.ts';
import { sampleMetrics } from '../keeper/backend/sample-metrics.ts';
import { experimentLogBytes, experimentLogs } from '../keeper/logs/experiment-logs.ts';
import { DamagedExperiment } from '../records/damaged-experiment.ts';
import type { ExperimentFolder } from '../records/experiment-folder.ts';
import {
  readDamagedExperiments,
  readForeignExperiments,
  readStoredExperiment,
  readStoredExperiments,
  type StoredExperiment,
} from '../records/stored-experiments.ts';
import { describeExperiment } from './describe-experiment.ts';
import { watchExperiments } from './watch-experiments.ts';

/**
 * A cluster on this machine: a supervisor runs the experiments, and their files are on this disk. Backends differ in
 * how runs are started (see RunStarter) and how a terminal is attached.
 */
export abstract class SupervisedBackend implements Backend {
  abstract readonly name: string;
  abstract readonly capabilities: Capabilities;
  onWait: ((message: string) => void) | undefined;
  #closing = new AbortController();
  #connection: Promise<SupervisorConnection> | undefined;
  readonly #interruption: AbortSignal | undefined;

  /** @param options `signal`, once aborted, ends every wait for a supervisor */
  constructor({ signal }: Readonly<Record<string, unknown>> = {}) {
    this.#interruption = signal instanceof AbortSignal ? signal : undefined;
  }

  /** Capabilities that every backend on this machine has. */
  protected hostCapabilities(): Capabilities {
    return {
      restart: { restart: (name, processes, options) => this.#control('restart', name, processes, options) },
      stop: { stop: (name, processes, options) => this.#control('stop', name, processes, options) },
      exec: {
        exec: async (name, reference, command, options) =>
          execOnHost(await this.#launchFile(name, reference), command, options),
      },
      shell: {
        shell: async (name, reference, options) =>
          execOnHost(await this.#launchFile(name, reference), ['/bin/sh', '-c', userShell], options),
      },
      attach: { detachHint, attach: (name, reference, options) => this.#attach(name, reference, options) },
      copy: { copy: (name, source, destination, options) => this.#copy(name, source, destination, options) },
      visit: { visit: (name, service) => this.#visit(name, service) },
      metrics: { metrics: (name, options) => sampleMetrics(() => this.listProcesses(name), options) },
      logBytes: { logBytes: (name, reference, options) => this.#logBytes(name, reference, options) },
    };
  }

  async launch(resolved: ResolvedExperiment, options: LaunchOptions): Promise<ExperimentSnapshot> {
    const { signal, onProgress, force = false } = options;
    const { spec } = resolved;
    const values = await resolveSecretValues(resolved, process.env, (path) => readFile(path));
    const secretValues = Object.fromEntries([...values].map(([name, { env }]) => [name, env]));
    const shell = { environment: launchingEnvironment(process.env), umask: process.umask(), secretValues };
    throwIfAborted(signal);
    onProgress?.({ message: `Launching ${spec.name}` });
    const record = await this.recordOptions();
    const launch = { backend: this.name, name: spec.name, before: storedLaunch(this.name, spec.name) };
    try {
      return await this.#callOnOwnConnection(
        'launch',
        { backend: this.name, spec, shell, force, options: record },
        signal,
      );
    } catch (error) {
      if (isConnectionLost(error)) return settleLostLaunch(launch, this.#connectOptions(signal));
      throw error;
    }
  }

  abstract plan(experiment: ResolvedExperiment): Plan;

  /**
   * Facts that the backend needs beyond the spec. They are determined at launch and stored in the record.
   * @throws SymphonyError `backend-unavailable` if nothing can be launched here
   */
  protected recordOptions(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve({});
  }

  async delete(name: string, options: ActionOptions = {}): Promise<DeleteResult> {
    if (!(readStoredExperiment(this.name, name) instanceof DamagedExperiment)) await this.find(name);
    options.onProgress?.({ message: `Deleting ${name}` });
    const leftovers = await this.#callOnOwnConnection('delete', { backend: this.name, name }, options.signal);
    return { name, leftovers };
  }

  async listExperiments(): Promise<readonly ExperimentStatus[]> {
    const foreign = readForeignExperiments(this.name).map(({ snapshot }) => snapshot.experiment);
    const connection = await this.#connect();
    const own =
      connection === undefined
        ? this.#readOwn().map(({ experiment }) => experiment)
        : await connection.call('list', { backend: this.name });
    return [...own, ...foreign].sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  }

  async listProcesses(experiment: string): Promise<readonly ProcessStatus[]> {
    return (await this.#snapshot(experiment)).processes;
  }

  async describeExperiment(name: string): Promise<ExperimentDescription> {
    const { record, folder, runtime: stored } = await this.find(name);
    const connection = await this.#connect();
    const runtime = connection === undefined ? stored : await connection.call('runtime', { backend: this.name, name });
    return describeExperiment({ record, folder, runtime });
  }

  async spec(name: string): Promise<ExperimentSpec> {
    return (await this.find(name)).record.spec;
  }

  watch(options: WatchOptions = {}): AsyncIterable<WatchEvent> {
    return watchExperiments(
      {
        backend: this.name,
        connect: (connectOptions) =>
          this.#openIfNeeded({ ...connectOptions, ...this.#connectOptions(connectOptions.signal) }),
        readStored: () => this.#readOwn(),
        readForeign: () => readForeignExperiments(this.name).map(({ snapshot }) => snapshot),
      },
      options,
    );
  }

  async *logBatches(
    experiment: string,
    processes: readonly ProcessReference[],
    options: LogOptions = {},
  ): AsyncGenerator<readonly LogLine[]> {
    const folder = await this.#logFolder(experiment, processes);
    // A follower depends on a supervisor that records new runs.
    if (options.follow) await this.#connect();
    yield* experimentLogs(folder, processes, options);
  }

  async *#logBytes(
    experiment: string,
    reference: ProcessReference,
    options: LogOptions = {},
  ): AsyncGenerator<LogPiece> {
    const folder = await this.#logFolder(experiment, [reference]);
    if ((await this.#definition(experiment, reference))?.tty) {
      // The raw log of a terminal contains the keeper's end marks and the terminal's own line endings.
      for await (const lines of this.logBatches(experiment, [reference], { ...options, lineLimit: longestLineBytes }))
        for (const line of lines) yield line.kind === 'line' ? Buffer.from(`${line.text}\n`) : line;
      return;
    }
    if (options.follow) await this.#connect();
    yield* experimentLogBytes(folder, reference, options);
  }

  async #logFolder(experiment: string, processes: readonly ProcessReference[]): Promise<ExperimentFolder> {
    const stored = await this.find(experiment);
    const known = new Set(stored.snapshot.processes.map(formatProcess));
    const unknown = processes.find((reference) => !known.has(formatProcess(reference)));
    if (unknown !== undefined) throw noProcess(unknown, experiment, stored.snapshot.processes);
    return stored.folder;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#closing = new AbortController();
    const connection = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    connection?.close();
  }

  async #control(
    method: 'stop' | 'restart',
    name: string,
    processes: readonly ProcessReference[],
    options: ActionOptions = {},
  ): Promise<void> {
    await this.find(name);
    const what = processes.map(formatProcess).join(', ');
    options.onProgress?.({ message: method === 'stop' ? `Stopping ${what}` : `Restarting ${what}` });
    await this.#callOnOwnConnection(method, { backend: this.name, name, processes }, options.signal);
  }

  async #snapshot(name: string): Promise<ExperimentSnapshot> {
    const stored = await this.find(name);
    const connection = await this.#connect();
    return connection === undefined ? stored.snapshot : connection.call('snapshot', { backend: this.name, name });
  }

  async #attach(
    name: string,
    reference: ProcessReference,
    options: { readonly streams: Streams; readonly signal?: AbortSignal },
  ): Promise<'detached' | 'ended'> {
    const { folder, snapshot, runtime } = await this.find(name);
    const status = snapshot.processes.find((other) => formatProcess(other) === formatProcess(reference));
    const key = processKey(reference);
    const definition = await this.#definition(name, reference);
    if (status === undefined || definition === undefined) throw noProcess(reference, name, snapshot.processes);
    if (!definition.tty) throw noTerminal(reference);
    if (status.state !== 'running' && status.state !== 'starting') throw notRunning(reference, status);
    return attachTerminal(folder.run(key, runtime.processes[key]?.run ?? 1), options);
  }

  async #copy(name: string, source: CopyEnd, destination: CopyEnd, options: CopyOptions = {}): Promise<void> {
    const place = async (end: CopyEnd) =>
      end.process === undefined ? absolutePath(end.path) : resolve(await this.#startDir(name, end.process), end.path);
    await copyOnHost(await place(source), await place(destination), options);
  }

  async #visit(name: string, wanted: string) {
    const { services } = (await this.find(name)).snapshot.experiment;
    const found = resolveName(
      'service',
      wanted,
      services.map((service) => service.name),
    );
    const { host, port, url } = services.find((service) => service.name === found) as (typeof services)[number];
    return { url: url ?? formatUrl(host, port), host, port, held: false, close: () => Promise.resolve() };
  }

  async #startDir(name: string, reference: ProcessReference): Promise<string> {
    const found = await this.#definition(name, reference);
    if (found === undefined) throw noProcess(reference, name);
    return found.startDir;
  }

  async #definition(name: string, reference: ProcessReference): Promise<ResolvedProcess | undefined> {
    const key = processKey(reference);
    const { record } = await this.find(name);
    return resolveExperiment(record.spec).processes.find((other) => processKey(other) === key);
  }

  async #launchFile(name: string, reference: ProcessReference): Promise<string> {
    const { folder, snapshot } = await this.find(name);
    if (!snapshot.processes.some((other) => formatProcess(other) === formatProcess(reference)))
      throw noProcess(reference, name, snapshot.processes);
    return folder.launchFile(processKey(reference));
  }

  /** This machine's experiments as stored on disk. */
  #readOwn(): ExperimentSnapshot[] {
    const damaged = readDamagedExperiments(this.name).map((experiment) => experiment.snapshot());
    return [...readStoredExperiments(this.name).map(({ snapshot }) => snapshot), ...damaged];
  }

  /**
   * Reads an experiment from disk. If its files were removed or damaged while it runs, its supervisor restores them
   * first.
   */
  protected async find(name: string): Promise<StoredExperiment> {
    const found = readStoredExperiment(this.name, name);
    const isUsable = found !== undefined && !(found instanceof DamagedExperiment);
    const stored = isUsable ? found : ((await this.#findSupervised(name)) ?? found);
    if (stored instanceof DamagedExperiment) throw stored.error();
    if (stored !== undefined) return stored;
    const foreign = readForeignExperiments(this.name).find(({ record }) => record.name === name);
    if (foreign !== undefined) {
      throw new SymphonyError('conflict', `Experiment ${name} is on the machine ${foreign.record.host}.`, {
        hint: 'Run the command there.',
      });
    }
    const known = this.#readOwn().map(({ experiment }) => experiment.name);
    throw noExperiment(name, known);
  }

  async #findSupervised(name: string): Promise<StoredExperiment | DamagedExperiment | undefined> {
    const connection = await this.#connect();
    try {
      await connection?.call('snapshot', { backend: this.name, name });
    } catch (error) {
      if (!(error instanceof SymphonyError && error.code === 'not-found')) throw error;
    }
    return readStoredExperiment(this.name, name);
  }

  /** Connects to the supervisor if one runs, or if one is needed because an experiment is unfinished. */
  async #connect(): Promise<SupervisorConnection | undefined> {
    if (this.#connection !== undefined) return this.#connection;
    const connection = await this.#openIfNeeded(this.#connectOptions());
    if (connection === undefined) return undefined;
    this.#connection = Promise.resolve(connection);
    // The next call then opens a new connection.
    void connection.closed.then(() => {
      this.#connection = undefined;
    });
    return connection;
  }

  async #openIfNeeded(connectOptions: ConnectOptions): Promise<SupervisorConnection | undefined> {
    const found = await findSupervisor(connectOptions);
    if (found !== undefined) return found;
    const unfinished = readStoredExperiments(this.name).some(
      ({ runtime, snapshot }) =>
        runtime.deleting ||
        !runtime.launched ||
        Object.values(runtime.processes).some(({ wanted }) => wanted !== undefined) ||
        snapshot.processes.some(({ state }) => !isFinal(state)),
    );
    return unfinished ? reachSupervisor(connectOptions) : undefined;
  }

  /**
   * Makes a call on its own connection, so that closing it cancels the call: the supervisor undoes a launch whose
   * client is gone.
   */
  async #callOnOwnConnection<Name extends Exclude<Method, 'watch'>>(
    method: Name,
    params: Methods[Name]['params'],
    signal: AbortSignal | undefined,
  ): Promise<Methods[Name]['result']> {
    const connection = await reachSupervisor(this.#connectOptions(signal));
    try {
      return await connection.call(method, params);
    } finally {
      connection.close();
    }
  }

  /**
   * Ends a wait for the supervisor when the caller's signal, the signal of the program that opened this cluster, or
   * `close` says so.
   */
  #connectOptions(signal?: AbortSignal): ConnectOptions {
    const signals = [this.#interruption, signal].filter((given) => given !== undefined);
    return {
      signal: AbortSignal.any([this.#closing.signal, ...signals]),
      onWait: (message) => this.onWait?.(message),
    };
  }
}

/** The shell that the environment of the process names. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is a shell that fills it in
const userShell = 'exec "${SHELL:-/bin/sh}"';
