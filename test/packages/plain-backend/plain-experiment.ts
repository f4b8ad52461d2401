import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AssignedService,
  countProcesses,
  declaredEnvironment,
  type ExperimentDescription,
  type ExperimentSnapshot,
  type ExperimentStatus,
  formatPlanNote,
  formatProcess,
  type LogLine,
  type LogOptions,
  launchingEnvironment,
  noProcess,
  type ProcessReference,
  type Progress,
  processEnvironment,
  type ResolvedExperiment,
  readSetting,
  resolveSecretValues,
  type SecretFile,
  sameProcess,
  summarizeState,
  symphonyEnvironment,
} from '@symphony-run/symphony/engine';
import { PlainProcess } from './plain-process.ts';
import { declaredNiceness } from './plain-section.ts';
import { planLaunch } from './plan.ts';
import { releasePorts } from './ports.ts';
import { LogReader } from './process-log.ts';

type OnProgress = (progress: Progress) => void;

/** A launched experiment. It emits `change` with the process that changed, and `output` when a process wrote something. */
export class PlainExperiment extends EventEmitter<{ change: [PlainProcess | undefined]; output: [] }> {
  readonly resolved: ResolvedExperiment;
  readonly #launchId = randomUUID();
  readonly #createdAt = new Date().toISOString();
  readonly #services: readonly AssignedService[];
  readonly #folders: string[] = [];
  #processes: readonly PlainProcess[] = [];
  #deletion: Promise<readonly string[]> | undefined;

  constructor(resolved: ResolvedExperiment, ports: ReadonlyMap<string, number>) {
    super();
    this.setMaxListeners(0);
    this.resolved = resolved;
    const address = { host: '127.0.0.1', listenHost: '127.0.0.1' };
    this.#services = resolved.services.map((service) => ({
      ...service,
      ...address,
      port: ports.get(service.name) as number,
    }));
  }

  /** Reads the secrets of all processes. Nothing is started yet. @throws SymphonyError `invalid-spec` */
  async prepare(): Promise<void> {
    const usual = await readSetting('plainNiceness');
    const secrets = await resolveSecretValues(this.resolved, process.env, (path) => readFile(path));
    const progress = await this.#makeFolder();
    const processes: PlainProcess[] = [];
    for (const resolved of this.resolved.processes) {
      const values = secrets.get(formatProcess(resolved));
      const secretsDir = await this.#writeSecrets(values?.files ?? []);
      const { name: experiment } = this.resolved;
      const identity = { experiment, launchId: this.#launchId, process: resolved, services: this.#services };
      const symphony = symphonyEnvironment({ ...identity, ...(secretsDir === undefined ? {} : { secretsDir }) });
      const own = declaredEnvironment(resolved.env, symphony, values?.env ?? {});
      const started: PlainProcess = new PlainProcess(resolved, {
        experiment,
        services: this.#services,
        symphony,
        progressFile: join(progress, `${processes.length}`),
        niceness: declaredNiceness(this.resolved, resolved) ?? usual,
        env: processEnvironment(launchingEnvironment(process.env), own, symphony),
        onChange: () => this.emit('change', started),
        onOutput: () => this.emit('output'),
      });
      processes.push(started);
    }
    this.#processes = processes;
  }

  async #makeFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-plain-'));
    this.#folders.push(folder);
    return folder;
  }

  async #writeSecrets(files: readonly SecretFile[]): Promise<string | undefined> {
    if (files.length === 0) return undefined;
    const folder = await this.#makeFolder();
    for (const { name, content } of files) await writeFile(join(folder, name), content, { mode: 0o600 });
    return folder;
  }

  start(): void {
    for (const started of this.#processes) started.start();
  }

  /** Gives up what `prepare` made, for an experiment that was not started or has ended. */
  async discard(): Promise<void> {
    releasePorts(this.#services.map(({ port }) => port));
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  /** Ends everything at once, for a program that ends. */
  kill(): void {
    for (const running of this.#processes) running.kill();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  /**
   * Ends all processes. A second call waits for the first. Resolves with what could not be ended, in words.
   * @param onEnded awaited before anything is removed
   */
  end(onProgress?: OnProgress, onEnded?: () => Promise<void>): Promise<readonly string[]> {
    this.#deletion ??= this.#end(onProgress, onEnded);
    return this.#deletion;
  }

  async #end(onProgress?: OnProgress, onEnded?: () => Promise<void>): Promise<readonly string[]> {
    // The state is `stopping` as soon as the field that this call fills is set.
    queueMicrotask(() => this.emit('change', undefined));
    const left = await this.stop(this.#processes, 'the experiment was deleted', onProgress);
    await onEnded?.();
    if (left.length > 0) this.#deletion = undefined;
    else await this.discard();
    return left;
  }

  /** Ends some processes. Resolves with what could not be ended, in words. */
  async stop(processes: readonly PlainProcess[], reason: string, onProgress?: OnProgress): Promise<readonly string[]> {
    let done = 0;
    const stopOne = async (one: PlainProcess) => {
      const left = await one.stop(reason);
      done += 1;
      onProgress?.({ message: `Ending ${this.resolved.name}`, done, total: processes.length });
      return left ?? [];
    };
    return (await Promise.all(processes.map(stopOne))).flat();
  }

  /** @throws SymphonyError `not-found` */
  process(reference: ProcessReference): PlainProcess {
    const found = this.#processes.find(({ resolved }) => sameProcess(resolved, reference));
    if (found !== undefined) return found;
    throw noProcess(reference, this.resolved.name, this.resolved.processes);
  }

  status(): ExperimentStatus {
    const processes = this.#processes.map((one) => one.status());
    return {
      name: this.resolved.name,
      backend: 'plain',
      state: this.#deletion === undefined ? summarizeState(processes) : 'stopping',
      createdAt: this.#createdAt,
      processes: countProcesses(processes),
      services: this.#services.map(({ name, kind, host, port }) => {
        const url = kind === 'expose' ? { url: `http://${host}:${port}` } : {};
        return { name, kind, host, port, ...url };
      }),
    };
  }

  snapshot(): ExperimentSnapshot {
    return { experiment: this.status(), processes: this.#processes.map((one) => one.status()) };
  }

  description(): ExperimentDescription {
    return {
      ...this.status(),
      launchId: this.#launchId,
      location: `the program with pid ${process.pid}`,
      spec: this.resolved.spec,
      members: this.#processes.map((one) => one.description()),
      notes: planLaunch(this.resolved).notes.map(formatPlanNote),
    };
  }

  /** @see Backend.logBatches */
  async *logBatches(references: readonly ProcessReference[], options: LogOptions): AsyncGenerator<readonly LogLine[]> {
    const { signal, follow } = options;
    const processes = references.map((reference) => this.process(reference));
    const readers = processes.map(({ log, resolved: { group, name } }) => new LogReader({ group, name }, log, options));
    while (!signal?.aborted) {
      const isOver = !follow || options.until !== undefined || processes.every(({ hasEnded }) => hasEnded);
      const lines = readers.flatMap((reader) => reader.next());
      if (lines.length > 0) yield lines;
      else if (isOver) return;
      else await once(this, 'output', signal === undefined ? {} : { signal }).catch(() => {});
    }
  }
}
