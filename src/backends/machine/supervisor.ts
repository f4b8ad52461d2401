import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SymphonyError, throwIfAborted } from '../../engine/errors.ts';
import type { AssignedService } from '../../engine/networking.ts';
import { resolveExperiment } from '../../engine/spec/resolve-experiment.ts';
import type { ExperimentStatus, ProcessReference } from '../../engine/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../engine/watch.ts';
import { deleteDamaged } from './delete-damaged.ts';
import { backendFolder, ExperimentFolder, processKey } from './experiment-folder.ts';
import { type ExperimentRecord, readRecord, writeRecord } from './experiment-record.ts';
import { machineIdentity } from './machine-identity.ts';
import { ManagedExperiment } from './managed-experiment.ts';
import { assignPorts, releasePorts } from './port-registry.ts';
import { makeFolders, writeLaunchFiles } from './prepare-launch.ts';
import type { ExperimentRuntime } from './process-status.ts';
import type { Methods } from './protocol.ts';
import type { RunStarter } from './run-starter.ts';
import { listFolder } from './run-watcher.ts';
import { storageError } from './storage-error.ts';
import { isDamaged } from './stored-experiments.ts';

/** A reserved name, so that two launches of one experiment at the same moment end with one. */
interface Launching {
  /** Resolves when it is launched or undone. */
  readonly settled: Promise<void>;
  /** Aborted once nobody waits for it any more: it is being undone. */
  readonly signal: AbortSignal;
}

type Slot = Launching | ManagedExperiment;

export interface SupervisorOptions {
  /** How each backend starts its runs. */
  readonly starters: Readonly<Record<string, RunStarter>>;
  /** Called whenever there may be nothing left to watch over. */
  readonly onIdle: () => void;
}

/** Watches over the experiments of this machine: the one place where their state changes. */
export class Supervisor {
  readonly #starters: Readonly<Record<string, RunStarter>>;
  readonly #onIdle: () => void;
  /** By backend and name. */
  readonly #slots = new Map<string, Slot>();
  readonly #deletions = new Map<ManagedExperiment, Promise<readonly string[]>>();
  readonly #watchers = new Set<(backend: string, event: WatchEvent) => void>();

  constructor(options: SupervisorOptions) {
    this.#starters = options.starters;
    this.#onIdle = options.onIdle;
  }

  get isBusy(): boolean {
    return [...this.#slots.values()].some((slot) => isLaunching(slot) || slot.isBusy);
  }

  /** Takes over everything that is on the disk; what was half launched is undone, what was half deleted is finished. */
  async adopt(): Promise<void> {
    for (const [backend, starter] of Object.entries(this.#starters)) {
      const root = backendFolder(backend);
      for (const name of listFolder(root)) {
        const folder = join(root, name);
        const record = readRecord(new ExperimentFolder(folder));
        if (record === undefined || record.name !== name) continue;
        const { boot } = machineIdentity();
        const experiment = this.#manage({ ...record, boot }, folder, starter);
        const isUnfinished = experiment.isHalfLaunched || experiment.isDeleting;
        // What cannot be ended is kept, so that it can be ended later.
        if (!isUnfinished || (await experiment.delete()).length > 0) {
          experiment.adopt({ afterReboot: record.boot !== boot });
          this.#slots.set(slotKey(backend, name), experiment);
          // Also for the sake of the record itself: of its two copies one may be damaged.
          await experiment.saveAll();
        }
      }
    }
  }

  async launch(params: Methods['launch']['params'], signal: AbortSignal): Promise<ExperimentSnapshot> {
    const { backend, spec } = params;
    const key = slotKey(backend, spec.name);
    let existing = this.#slots.get(key);
    while (isLaunching(existing) && existing.signal.aborted) {
      await existing.settled;
      existing = this.#slots.get(key);
    }
    if (isLaunching(existing)) throw exists(spec.name, 'is being launched');
    if (existing !== undefined && !params.force) throw exists(spec.name, 'exists');
    const launching = Promise.withResolvers<void>();
    const slot: Launching = { settled: launching.promise, signal };
    this.#slots.set(key, slot);
    let launched: ManagedExperiment | undefined;
    try {
      if (existing !== undefined) await this.#deleteForReplacement(existing);
      launched = await this.#launch(params, signal);
    } finally {
      if (launched !== undefined) this.#slots.set(key, launched);
      else if (this.#slots.get(key) !== slot) this.#tellOfLeftovers(key);
      else if (existing !== undefined && existsSync(existing.folder.path)) this.#slots.set(key, existing);
      else {
        this.#slots.delete(key);
        if (existing !== undefined) this.#tell(backend, { type: 'deleted', name: spec.name });
      }
      launching.resolve();
      this.#onIdle();
    }
    const snapshot = launched.snapshot();
    this.#tell(backend, { type: 'changed', ...snapshot, replaced: true });
    return snapshot;
  }

  /** Who comes while it is being deleted waits for the same end. */
  async delete(backend: string, name: string): Promise<readonly string[]> {
    const folder = new ExperimentFolder(join(backendFolder(backend), name));
    if (!this.#slots.has(slotKey(backend, name)) && isDamaged(folder)) return deleteDamaged(folder);
    const experiment = await this.#find(backend, name);
    const running = this.#deletions.get(experiment);
    if (running !== undefined) return running;
    const deletion = this.#delete(backend, name, experiment).finally(() => this.#deletions.delete(experiment));
    this.#deletions.set(experiment, deletion);
    return deletion;
  }

  async #delete(backend: string, name: string, experiment: ManagedExperiment): Promise<readonly string[]> {
    const leftovers = await experiment.delete();
    const key = slotKey(backend, name);
    // Its place may be taken by now: by a launch that waited for the same end.
    if (leftovers.length === 0 && this.#slots.get(key) === experiment) {
      this.#slots.delete(key);
      this.#tell(backend, { type: 'deleted', name });
    }
    this.#onIdle();
    return leftovers;
  }

  async stop(backend: string, name: string, processes: readonly ProcessReference[]): Promise<void> {
    await (await this.#find(backend, name)).stop(processes);
  }

  async restart(backend: string, name: string, processes: readonly ProcessReference[]): Promise<void> {
    await (await this.#find(backend, name)).restart(processes);
  }

  list(backend: string): readonly ExperimentStatus[] {
    return this.#experiments(backend).map((experiment) => experiment.snapshot().experiment);
  }

  async snapshot(backend: string, name: string): Promise<ExperimentSnapshot> {
    return (await this.#find(backend, name)).snapshot();
  }

  /** All that is known, also what is not written down yet. */
  async runtime(backend: string, name: string): Promise<ExperimentRuntime> {
    return (await this.#find(backend, name)).runtime();
  }

  /** Tells of everything, then of changes, until the signal aborts. */
  watch(backend: string, name: string | undefined, tell: (event: WatchEvent) => void, signal: AbortSignal): void {
    const wanted = this.#experiments(backend).filter(({ record }) => name === undefined || record.name === name);
    tell({ type: 'snapshot', experiments: wanted.map((experiment) => experiment.snapshot()) });
    const watcher = (where: string, event: WatchEvent) => {
      if (where === backend && (name === undefined || nameOf(event) === name)) tell(event);
    };
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
  }

  async lookAfter(): Promise<void> {
    for (const slot of this.#slots.values()) if (!isLaunching(slot)) await slot.lookAfter();
    this.#onIdle();
  }

  /** Writes everything down and lets go; what runs goes on. */
  async close(): Promise<void> {
    for (const slot of this.#slots.values()) {
      if (isLaunching(slot)) continue;
      slot.close();
      await slot.save();
    }
  }

  async #launch(params: Methods['launch']['params'], signal: AbortSignal): Promise<ManagedExperiment> {
    const { backend, spec, shell, options } = params;
    const starter = this.#starters[backend];
    if (starter === undefined) throw new SymphonyError('failed', `This supervisor knows no backend ${backend}.`);
    const resolved = resolveExperiment(spec);
    const folder = new ExperimentFolder(join(backendFolder(backend), spec.name));
    if (readRecord(folder) !== undefined || isDamaged(folder)) throw exists(spec.name, 'exists');
    let experiment: ManagedExperiment | undefined;
    try {
      await rm(folder.path, { recursive: true, force: true });
      await makeFolders(folder);
      const ports = await assignPorts(
        { experiment: spec.name, folder: folder.path },
        resolved.services,
        resolved.portRange,
      );
      const services: AssignedService[] = resolved.services.map((service) => ({
        ...service,
        port: ports.get(service.name) as number,
        host: '127.0.0.1',
        listenHost: '127.0.0.1',
      }));
      const record: ExperimentRecord = {
        schema: 1,
        backend,
        name: spec.name,
        launchId: randomBytes(8).toString('hex'),
        ...machineIdentity(),
        createdAt: new Date().toISOString(),
        spec,
        services,
        searchPath: shell.environment.PATH ?? '',
        options,
      };
      await writeLaunchFiles(folder, record, resolved, shell);
      throwIfAborted(signal);
      await writeRecord(folder, record);
      experiment = this.#manage(record, folder.path, starter);
      await experiment.launch();
      throwIfAborted(signal);
      return experiment;
    } catch (error) {
      await this.#undo(folder, experiment);
      throw storageError(error, 'Nothing was launched.');
    }
  }

  /** What cannot be ended stays known, so that it can be ended later. */
  async #undo(folder: ExperimentFolder, experiment: ManagedExperiment | undefined): Promise<void> {
    const leftovers = (await experiment?.delete()) ?? [];
    if (experiment !== undefined && leftovers.length > 0) {
      this.#slots.set(slotKey(experiment.record.backend, experiment.record.name), experiment);
      return;
    }
    await rm(folder.path, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
    await releasePorts(folder.path).catch(() => undefined);
  }

  async #deleteForReplacement(existing: ManagedExperiment): Promise<void> {
    const leftovers = await existing.delete();
    if (leftovers.length === 0) return;
    throw new SymphonyError(
      'failed',
      `Experiment ${existing.record.name} cannot be replaced, because this could not be ended: ${leftovers.join('; ')}.`,
    );
  }

  #manage(record: ExperimentRecord, folder: string, starter: RunStarter): ManagedExperiment {
    return new ManagedExperiment({
      record,
      folder,
      starter,
      onChange: (experiment, keys) => {
        this.#onIdle();
        // Of a launch nothing is told before it has come about: it may be undone.
        if (this.#slots.get(slotKey(record.backend, record.name)) !== experiment) return;
        const { experiment: row, processes } = experiment.snapshot();
        const changed = processes.filter((process) => keys.has(processKey(process)));
        this.#tell(record.backend, { type: 'changed', experiment: row, processes: changed });
      },
    });
  }

  /** A launch that could not be undone is there for those who watch, too. */
  #tellOfLeftovers(key: string): void {
    const slot = this.#slots.get(key);
    if (slot instanceof ManagedExperiment)
      this.#tell(slot.record.backend, { type: 'changed', ...slot.snapshot(), replaced: true });
  }

  #tell(backend: string, event: WatchEvent): void {
    for (const watcher of this.#watchers) watcher(backend, event);
  }

  #experiments(backend: string): ManagedExperiment[] {
    return [...this.#slots.values()]
      .filter((slot) => slot instanceof ManagedExperiment)
      .filter(({ record }) => record.backend === backend);
  }

  /** The experiment; once it is launched, if it is just being. */
  async #find(backend: string, name: string): Promise<ManagedExperiment> {
    const key = slotKey(backend, name);
    const reserved = this.#slots.get(key);
    if (isLaunching(reserved)) await reserved.settled;
    const slot = this.#slots.get(key);
    if (isLaunching(slot)) throw exists(name, 'is being launched');
    if (slot === undefined) throw new SymphonyError('not-found', `There is no experiment ${name}.`);
    return slot;
  }
}

function isLaunching(slot: Slot | undefined): slot is Launching {
  return slot !== undefined && !(slot instanceof ManagedExperiment);
}

function slotKey(backend: string, name: string): string {
  return `${backend}/${name}`;
}

function nameOf(event: WatchEvent): string | undefined {
  if (event.type === 'changed') return event.experiment.name;
  return event.type === 'deleted' ? event.name : undefined;
}

function exists(name: string, how: string): SymphonyError {
  return new SymphonyError('conflict', `Experiment ${name} ${how} already.`, {
    hint: `Replace it with --force, delete it with: symphony delete ${name}, or launch under another --name.`,
  });
}
