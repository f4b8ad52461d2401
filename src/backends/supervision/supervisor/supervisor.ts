import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError, throwIfAborted, toSymphonyError } from '../../../engine/contract/errors.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import type { ExperimentStatus, ProcessReference } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../engine/contract/watch.ts';
import { experimentExists, noExperiment } from '../../../engine/text/common-errors.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';
import { releasePorts } from '../../kit/ports/port-registry.ts';
import type { Methods } from '../connection/protocol.ts';
import { ManagedExperiment } from '../experiment/managed-experiment.ts';
import { DamagedExperiment } from '../records/damaged-experiment.ts';
import { backendFolder, ExperimentFolder } from '../records/experiment-folder.ts';
import type { ExperimentRecord } from '../records/experiment-record.ts';
import type { ExperimentRuntime } from '../records/experiment-runtime.ts';
import { listFolder } from '../records/list-folder.ts';
import { storageError } from '../records/storage-error.ts';
import { readStoredExperiment, type StoredExperiment } from '../records/stored-experiments.ts';
import type { RunStarter } from '../runs/run-starter.ts';
import {
  ExperimentSlots,
  isLaunching,
  isManaged,
  type KnownExperiment,
  type PendingLaunch,
  slotKey,
} from './experiment-slots.ts';
import { prepareRecord } from './prepare-record.ts';
import { Watchers } from './watchers.ts';

/** How long interrupted deletions may delay the first answers to commands. */
const deletionMilliseconds = 1_000;

export interface SupervisorOptions {
  /** The run starter of each backend. */
  readonly starters: Readonly<Record<string, RunStarter>>;
  /** Called whenever nothing may be left to supervise. */
  readonly onIdle: () => void;
}

/** Supervises the experiments of this machine. Only the supervisor changes their state. */
export class Supervisor {
  readonly #starters: Readonly<Record<string, RunStarter>>;
  readonly #onIdle: () => void;
  readonly #slots = new ExperimentSlots();
  readonly #deletions = new Map<KnownExperiment, Promise<readonly string[]>>();
  readonly #watchers = new Watchers();

  constructor(options: SupervisorOptions) {
    this.#starters = options.starters;
    this.#onIdle = options.onIdle;
  }

  get isBusy(): boolean {
    return this.#slots.isBusy;
  }

  /**
   * Adopts all stored experiments; undoes incomplete launches and finishes incomplete deletions. An experiment that
   * cannot be adopted is kept as damaged and does not affect the others.
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
        // Saving also repairs the record, one of whose two copies may be damaged.
        else await slot.saveAll();
      }
    }
    // Deletions usually finish at once, before any command sees them; a slow one must not delay commands.
    await Promise.race([Promise.all(deletions), delay(deletionMilliseconds, undefined, { ref: false })]);
  }

  /** An experiment that cannot be ended is kept, so that it can be ended later. */
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
    if (isLaunching(existing)) throw experimentExists(spec.name, { how: 'is being launched' });
    if (existing !== undefined && !params.force) throw experimentExists(spec.name);
    const launching = Promise.withResolvers<void>();
    const slot: PendingLaunch = { settled: launching.promise, signal };
    this.#slots.set(key, slot);
    let launched: ManagedExperiment | undefined;
    try {
      if (existing !== undefined) await this.#deleteForReplacement(backend, spec.name, existing);
      launched = await this.#launch(params, signal);
    } finally {
      if (launched !== undefined) this.#slots.set(key, launched);
      else if (this.#slots.get(key) !== slot) this.#notifyOfLeftovers(key);
      else if (existing !== undefined && existsSync(existing.folder.path)) this.#slots.set(key, existing);
      else {
        this.#slots.delete(key);
        if (existing !== undefined) this.#watchers.notify(backend, { type: 'deleted', name: spec.name });
      }
      launching.resolve();
      this.#onIdle();
    }
    const snapshot = launched.snapshot();
    this.#watchers.notify(backend, { type: 'changed', ...snapshot, replaced: true });
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

  async #delete(backend: string, name: string, experiment: KnownExperiment): Promise<readonly string[]> {
    const leftovers = await this.#end(backend, experiment);
    const key = slotKey(backend, name);
    // A launch that waited for this deletion may already have taken the slot.
    if (leftovers.length === 0 && this.#slots.get(key) === experiment) {
      this.#slots.delete(key);
      this.#watchers.notify(backend, { type: 'deleted', name });
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
    return this.#slots.snapshots(backend).map(({ experiment }) => experiment);
  }

  async snapshot(backend: string, name: string): Promise<ExperimentSnapshot> {
    return (await this.#find(backend, name)).snapshot();
  }

  /** Includes state that is not yet saved. */
  async runtime(backend: string, name: string): Promise<ExperimentRuntime> {
    return (await this.#find(backend, name)).runtime();
  }

  /** Reports a snapshot, then changes, until the signal aborts. */
  watch(backend: string, name: string | undefined, onEvent: (event: WatchEvent) => void, signal: AbortSignal): void {
    const isWanted = ({ experiment }: ExperimentSnapshot) => name === undefined || experiment.name === name;
    onEvent({ type: 'snapshot', experiments: this.#slots.snapshots(backend).filter(isWanted) });
    this.#watchers.add({ backend, name }, onEvent, signal);
  }

  async poll(): Promise<void> {
    await this.#recover();
    await Promise.all(this.#slots.managed.map((experiment) => experiment.poll()));
    this.#onIdle();
  }

  /** Saves everything and ends supervision; processes keep running. */
  async close(): Promise<void> {
    for (const experiment of this.#slots.managed) {
      experiment.close();
      await experiment.save();
    }
  }

  async #launch(params: Methods['launch']['params'], signal: AbortSignal): Promise<ManagedExperiment> {
    const { backend, spec } = params;
    const starter = this.#starters[backend];
    if (starter === undefined) throw new SymphonyError('failed', `This supervisor knows no backend ${backend}.`);
    if (readStoredExperiment(backend, spec.name) !== undefined) throw experimentExists(spec.name);
    const folder = new ExperimentFolder(join(backendFolder(backend), spec.name));
    let experiment: ManagedExperiment | undefined;
    try {
      const record = await prepareRecord(folder, params, signal);
      experiment = this.#manage(record, folder.path, starter);
      await experiment.launch();
      throwIfAborted(signal);
      return experiment;
    } catch (error) {
      await this.#undo(folder, experiment);
      throw storageError(error, 'Nothing was launched.');
    }
  }

  /** If something cannot be ended, the experiment stays known, so that it can be ended later. */
  async #undo(folder: ExperimentFolder, experiment: ManagedExperiment | undefined): Promise<void> {
    const leftovers = (await experiment?.delete()) ?? [];
    if (experiment !== undefined && leftovers.length > 0) {
      this.#slots.set(slotKey(experiment.record.backend, experiment.record.name), experiment);
      return;
    }
    await rm(folder.path, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
    await releasePorts(folder.path).catch(() => undefined);
  }

  async #deleteForReplacement(backend: string, name: string, existing: KnownExperiment): Promise<void> {
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
        // A launch is not reported before it is complete, because it may be undone.
        if (this.#slots.get(slotKey(record.backend, record.name)) !== experiment) return;
        const { experiment: row, processes } = experiment.snapshot();
        const changed = processes.filter((status) => keys.has(processKey(status)));
        this.#watchers.notify(record.backend, { type: 'changed', experiment: row, processes: changed });
      },
    });
  }

  /** Reports a launch that could not be undone to watchers as well. */
  #notifyOfLeftovers(key: string): void {
    const slot = this.#slots.get(key);
    if (slot instanceof ManagedExperiment)
      this.#watchers.notify(slot.record.backend, { type: 'changed', ...slot.snapshot(), replaced: true });
  }

  /** Ends everything and removes the folder; resolves with what could not be ended, in words. */
  #end(backend: string, experiment: KnownExperiment): Promise<readonly string[]> {
    if (isManaged(experiment)) return experiment.delete();
    return experiment.delete(async (launch) => this.#starters[backend]?.end(launch));
  }

  /**
   * Restores the files of running experiments whose folder was removed; experiments without running processes are
   * dropped with their folder.
   */
  async #recover(keys: readonly string[] = this.#slots.keys): Promise<void> {
    for (const key of keys) {
      const slot = this.#slots.get(key);
      if (slot === undefined || !isManaged(slot) || (await slot.recover())) continue;
      slot.close();
      this.#slots.delete(key);
      this.#watchers.notify(slot.record.backend, { type: 'deleted', name: slot.record.name });
    }
  }

  /** Finds an experiment; waits for it if it is being launched. */
  async #find(backend: string, name: string): Promise<ManagedExperiment> {
    const slot = await this.#findSlot(backend, name);
    if (!isManaged(slot)) throw slot.error();
    return slot;
  }

  async #findSlot(backend: string, name: string): Promise<KnownExperiment> {
    const key = slotKey(backend, name);
    const reserved = this.#slots.get(key);
    if (isLaunching(reserved)) await reserved.settled;
    await this.#recover([key]);
    const slot = this.#slots.get(key);
    if (isLaunching(slot)) throw experimentExists(name, { how: 'is being launched' });
    if (slot === undefined)
      throw noExperiment(
        name,
        this.#slots.snapshots(backend).map(({ experiment }) => experiment.name),
      );
    return slot;
  }
}
