import type { ScaleResult } from '../../../engine/contract/capabilities.ts';
import type { ExperimentStatus, ProcessReference } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../engine/contract/watch.ts';
import type { HistoryLimits } from '../../../engine/history/history-limits.ts';
import { experimentExists, noExperiment } from '../../../engine/text/common-errors.ts';
import type { Methods } from '../connection/protocol.ts';
import type { DeletionOutcome, ManagedExperiment } from '../experiment/managed-experiment.ts';
import { NoticeSender } from '../notices/notice-sender.ts';
import type { ExperimentRuntime } from '../records/experiment-runtime.ts';
import type { Runner } from '../runs/runner.ts';
import { adoptStored } from './adoption.ts';
import { Deletions } from './deletions.ts';
import { ExperimentSlots, isLaunching, isManaged, type KnownExperiment, slotKey } from './experiment-slots.ts';
import { Launches } from './launches.ts';
import { Scalings } from './scalings.ts';
import type { SupervisorParts } from './supervisor-parts.ts';
import { Watchers } from './watchers.ts';

export interface SupervisorOptions {
  /** By backend. */
  readonly runners: Readonly<Record<string, Runner>>;
  /** Called whenever nothing may be left to supervise. */
  readonly onIdle: () => void;
}

/** Options of a deletion. */
interface DeletionRequest {
  /** What makes the request, in a few words. */
  readonly by?: string | undefined;
  readonly kill?: boolean | undefined;
  readonly limits?: HistoryLimits | undefined;
}

/** Supervises the experiments of this machine. Only the supervisor changes their state. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #slots = new ExperimentSlots();
  readonly #watchers = new Watchers();
  readonly #notices: NoticeSender;
  readonly #deletions: Deletions;
  readonly #launches: Launches;
  readonly #scalings: Scalings;

  constructor(options: SupervisorOptions) {
    this.#notices = new NoticeSender(options.onIdle);
    this.#parts = { ...options, slots: this.#slots, watchers: this.#watchers, notices: this.#notices };
    this.#deletions = new Deletions(this.#parts);
    this.#launches = new Launches(this.#parts, this.#deletions);
    this.#scalings = new Scalings(this.#parts);
  }

  get isBusy(): boolean {
    return this.#slots.isBusy || this.#notices.isBusy;
  }

  /** Adopts all stored experiments; undoes incomplete launches and finishes incomplete deletions. */
  adopt(): Promise<void> {
    return adoptStored(this.#parts, this.#deletions, this.#scalings);
  }

  /** Launches an experiment. @param signal undoes the launch */
  accept(request: Methods['launch']['params'], signal: AbortSignal): Promise<Methods['launch']['result']> {
    return this.#launches.accept(request, signal);
  }

  /** A second delete waits for the first. `kill` ends the processes at once, also for the first. */
  async delete(
    backend: string,
    name: string,
    { by, kill = false, limits }: DeletionRequest = {},
  ): Promise<DeletionOutcome> {
    const experiment = await this.#findSlot(backend, name);
    if (isManaged(experiment)) experiment.noteRequest('DeleteRequested', [], by);
    if (kill && isManaged(experiment)) experiment.killAtOnce();
    return this.#deletions.delete(experiment, { limits });
  }

  async stop(backend: string, name: string, processes: readonly ProcessReference[], by?: string): Promise<void> {
    await (await this.#find(backend, name)).stop(processes, by);
  }

  /** @param signal undoes the change */
  scale({ backend, name, counts, by }: Methods['scale']['params'], signal: AbortSignal): Promise<ScaleResult> {
    return this.#scalings.scale(() => this.#find(backend, name), { backend, name, counts, by }, signal);
  }

  async restart(backend: string, name: string, processes: readonly ProcessReference[], by?: string): Promise<void> {
    await (await this.#find(backend, name)).restart(processes, by);
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
    this.#parts.onIdle();
  }

  /** Saves everything and ends supervision; processes keep running. */
  async close(): Promise<void> {
    this.#notices.close();
    for (const experiment of this.#slots.managed) {
      experiment.close();
      await experiment.save();
    }
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
