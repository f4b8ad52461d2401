import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError, throwIfAborted, toSymphonyError } from '../../engine/errors.ts';
import type { AssignedService } from '../../engine/networking.ts';
import { resolveExperiment } from '../../engine/spec/resolve-experiment.ts';
import type { ExperimentStatus, ProcessReference } from '../../engine/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../engine/watch.ts';
import { DamagedExperiment } from './damaged-experiment.ts';
import { backendFolder, ExperimentFolder, processKey } from './experiment-folder.ts';
import { type ExperimentRecord, writeRecord } from './experiment-record.ts';
import { machineIdentity } from './machine-identity.ts';
import { ManagedExperiment } from './managed-experiment.ts';
import { assignPorts, releasePorts } from './port-registry.ts';
import { makeFolders, writeLaunchFiles } from './prepare-launch.ts';
import type { ExperimentRuntime } from './process-status.ts';
import type { Methods } from './protocol.ts';
import type { RunStarter } from './run-starter.ts';
import { listFolder } from './run-watcher.ts';
import { storageError } from './storage-error.ts';
import { readStoredExperiment, type StoredExperiment } from './stored-experiments.ts';

/** A reserved name, so that two launches of one experiment at the same moment end with one. */
interface Launching {
  /** Resolves when it is launched or undone. */
  readonly settled: Promise<void>;
  /** Aborted once nobody waits for it any more: it is being undone. */
  readonly signal: AbortSignal;
}

type SlotWithFolder = ManagedExperiment | DamagedExperiment;
type Slot = Launching | SlotWithFolder;

/** How long deletions that were broken off may take before commands are answered all the same. */
const deletionMilliseconds = 1_000;

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
  readonly #deletions = new Map<SlotWithFolder, Promise<readonly string[]>>();
  readonly #watchers = new Set<(backend: string, event: WatchEvent) => void>();

  constructor(options: SupervisorOptions) {
    this.#starters = options.starters;
    this.#onIdle = options.onIdle;
  }

  get isBusy(): boolean {
    return [...this.#slots.values()].some((slot) => isLaunching(slot) || (isManaged(slot) && slot.isBusy));
  }

  /**
   * Takes over everything that is on the disk; what was half launched is undone, what was half deleted is finished. What
   * cannot be taken over is kept as damaged, and does not keep the others from it.
   */
  async adopt(): Promise<void> {
    const deletions: Promise<unknown>[] = [];
    for (const [backend, starter] of Object.entries(this.#starters)) {
      for (const name of listFolder(backendFolder(backend))) {
        const stored = readStoredExperiment(backend, name);
        if (stored === undefined) continue;
        const isDamaged = stored instanceof DamagedExperiment;
        const slot = isDamaged ? stored : this.#adopt(stored, starter);
        this.#slots.set(slotKey(backend, name), slot);
        if (isDamaged || !isManaged(slot)) continue;
        if (slot.isHalfLaunched || slot.isDeleting) deletions.push(this.#finishDeletion(slot, stored));
        // Also for the sake of the record itself: of its two copies one may be damaged.
        else await slot.saveAll();
      }
    }
    // Usually they are over at once, and no command sees them; one that takes long keeps no command waiting.
    await Promise.race([Promise.all(deletions), delay(deletionMilliseconds, undefined, { ref: false })]);
  }

  /** What cannot be ended is kept, so that it can be ended later. */
  async #finishDeletion(experiment: ManagedExperiment, { record }: StoredExperiment): Promise<void> {
    const leftovers = await this.delete(record.backend, record.name).catch((error: unknown) => [String(error)]);
    if (leftovers.length === 0) return;
    experiment.adopt({ afterReboot: record.boot !== machineIdentity().boot });
    await experiment.saveAll();
  }

  #adopt({ record, folder }: StoredExperiment, starter: RunStarter): ManagedExperiment | DamagedExperiment {
    const { boot } = machineIdentity();
    let experiment: ManagedExperiment | undefined;
    try {
      experiment = this.#manage({ ...record, boot }, folder.path, starter);
      if (!experiment.isHalfLaunched && !experiment.isDeleting) experiment.adopt({ afterReboot: record.boot !== boot });
      return experiment;
    } catch (error) {
      experiment?.close();
      return new DamagedExperiment(record, folder, `taking it over failed (${toSymphonyError(error).message})`);
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
      if (existing !== undefined) await this.#deleteForReplacement(backend, spec.name, existing);
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

  /** A second delete waits for the first. */
  async delete(backend: string, name: string): Promise<readonly string[]> {
    const experiment = await this.#findSlot(backend, name);
    const running = this.#deletions.get(experiment);
    if (running !== undefined) return running;
    const deletion = this.#delete(backend, name, experiment).finally(() => this.#deletions.delete(experiment));
    this.#deletions.set(experiment, deletion);
    return deletion;
  }

  async #delete(backend: string, name: string, experiment: SlotWithFolder): Promise<readonly string[]> {
    const leftovers = await this.#end(backend, experiment);
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

  async list(backend: string): Promise<readonly ExperimentStatus[]> {
    await this.#recover();
    return this.#snapshots(backend).map(({ experiment }) => experiment);
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
    const isWanted = ({ experiment }: ExperimentSnapshot) => name === undefined || experiment.name === name;
    tell({ type: 'snapshot', experiments: this.#snapshots(backend).filter(isWanted) });
    const watcher = (where: string, event: WatchEvent) => {
      if (where === backend && (name === undefined || nameOf(event) === name)) tell(event);
    };
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
  }

  async lookAfter(): Promise<void> {
    await this.#recover();
    for (const slot of this.#slots.values()) if (isManaged(slot)) await slot.lookAfter();
    this.#onIdle();
  }

  /** Writes everything down and lets go; what runs goes on. */
  async close(): Promise<void> {
    for (const slot of this.#slots.values()) {
      if (!isManaged(slot)) continue;
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
    if (readStoredExperiment(backend, spec.name) !== undefined) throw exists(spec.name, 'exists');
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

  async #deleteForReplacement(backend: string, name: string, existing: SlotWithFolder): Promise<void> {
    const leftovers = await this.#end(backend, existing);
    if (leftovers.length === 0) return;
    throw new SymphonyError(
      'failed',
      `Experiment ${name} cannot be replaced, because this could not be ended: ${leftovers.join('; ')}.`,
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

  /** Ends all of it and removes its folder; gives what could not be ended, in words. */
  #end(backend: string, experiment: SlotWithFolder): Promise<readonly string[]> {
    if (isManaged(experiment)) return experiment.delete();
    return experiment.delete(async (launch) => this.#starters[backend]?.end(launch));
  }

  /** A watcher that cannot be told keeps no other from being told. */
  #tell(backend: string, event: WatchEvent): void {
    for (const watcher of this.#watchers) {
      try {
        watcher(backend, event);
      } catch {
        this.#watchers.delete(watcher);
      }
    }
  }

  #snapshots(backend: string): ExperimentSnapshot[] {
    return [...this.#slots.values()].flatMap((slot) => {
      if (isLaunching(slot) || backendOf(slot) !== backend) return [];
      try {
        return [slot.snapshot()];
      } catch (error) {
        const problem = `what is known of it cannot be used (${toSymphonyError(error).message})`;
        const { name } = isManaged(slot) ? slot.record : slot;
        return [new DamagedExperiment({ backend, name }, slot.folder, problem).snapshot()];
      }
    });
  }

  /** What runs goes back on record if its folder was removed; what does not run is deleted with its folder. */
  async #recover(keys: Iterable<string> = this.#slots.keys()): Promise<void> {
    for (const key of keys) {
      const slot = this.#slots.get(key);
      if (slot === undefined || !isManaged(slot) || (await slot.recover())) continue;
      slot.close();
      this.#slots.delete(key);
      this.#tell(slot.record.backend, { type: 'deleted', name: slot.record.name });
    }
  }

  /** The experiment; once it is launched, if it is just being. */
  async #find(backend: string, name: string): Promise<ManagedExperiment> {
    const slot = await this.#findSlot(backend, name);
    if (!isManaged(slot)) throw slot.error();
    return slot;
  }

  async #findSlot(backend: string, name: string): Promise<SlotWithFolder> {
    const key = slotKey(backend, name);
    const reserved = this.#slots.get(key);
    if (isLaunching(reserved)) await reserved.settled;
    await this.#recover([key]);
    const slot = this.#slots.get(key);
    if (isLaunching(slot)) throw exists(name, 'is being launched');
    if (slot === undefined) throw new SymphonyError('not-found', `There is no experiment ${name}.`);
    return slot;
  }
}

function isLaunching(slot: Slot | undefined): slot is Launching {
  return slot !== undefined && 'settled' in slot;
}

function isManaged(slot: Slot): slot is ManagedExperiment {
  return slot instanceof ManagedExperiment;
}

function backendOf(slot: SlotWithFolder): string {
  return isManaged(slot) ? slot.record.backend : slot.backend;
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
