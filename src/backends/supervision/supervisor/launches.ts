import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { experimentExists } from '../../../engine/text/common-errors.ts';
import type { Methods } from '../connection/protocol.ts';
import type { ManagedExperiment } from '../experiment/managed-experiment.ts';
import { backendFolder, ExperimentFolder } from '../records/experiment-folder.ts';
import { readTraces } from '../records/experiment-record.ts';
import { ExperimentStore } from '../records/experiment-store.ts';
import { releaseHoldings } from '../records/release-holdings.ts';
import { removeExperimentFolder } from '../records/remove-folder.ts';
import { storageError } from '../records/storage-error.ts';
import type { Runner } from '../runs/runner.ts';
import type { Deletions } from './deletions.ts';
import {
  isLaunching,
  isManaged,
  type KnownExperiment,
  type PendingLaunch,
  type Slot,
  slotKey,
} from './experiment-slots.ts';
import { checkReplacement, prepareRecord } from './prepare-record.ts';
import { manageExperiment, type SupervisorParts } from './supervisor-parts.ts';

type LaunchRequest = Methods['launch']['params'];

/** Takes launches on, each whole or not at all: one that fails or whose client disconnects is undone. */
export class Launches {
  readonly #parts: SupervisorParts;
  readonly #deletions: Deletions;

  constructor(parts: SupervisorParts, deletions: Deletions) {
    this.#parts = parts;
    this.#deletions = deletions;
  }

  /**
   * Launches an experiment, in place of an existing one if the request says so. That one is ended only after everything
   * about the launch has been checked that can be checked.
   * @param signal aborts when the client disconnects
   * @throws SymphonyError `conflict` if the experiment exists
   */
  async accept(request: LaunchRequest, signal: AbortSignal): Promise<Methods['launch']['result']> {
    const { slots, watchers, onIdle } = this.#parts;
    const { backend, spec } = request;
    const key = slotKey(backend, spec.name);
    let checked: Slot | undefined;
    // Between the last look and the reservation nothing may be awaited.
    for (let slot = slots.get(key); ; slot = slots.get(key)) {
      // A launch that is being undone is waited for.
      if (isLaunching(slot) && slot.signal.aborted) await slot.settled;
      else if (request.force && slot !== undefined && slot !== checked && !isLaunching(slot)) {
        await this.#check(request, slot);
        throwIfAborted(signal);
        checked = slot;
      } else break;
    }
    const existing = this.#existing(request);
    const launching = Promise.withResolvers<void>();
    const slot: PendingLaunch = { settled: launching.promise, signal };
    slots.set(key, slot);
    let launched: ManagedExperiment | undefined;
    let warnings: readonly string[] = [];
    try {
      if (existing !== undefined) warnings = await this.#deleteForReplacement(request, existing);
      launched = await this.#launch(request, signal);
    } finally {
      if (launched !== undefined) slots.set(key, launched);
      else if (slots.get(key) !== slot) this.#notifyOfLeftovers(key);
      else if (existing !== undefined && existsSync(existing.folder.path)) slots.set(key, existing);
      else {
        slots.delete(key);
        if (existing !== undefined) watchers.notify(backend, { type: 'deleted', name: spec.name });
      }
      launching.resolve();
      onIdle();
    }
    const snapshot = launched.snapshot();
    watchers.notify(backend, { type: 'changed', ...snapshot, replaced: true });
    return { ...snapshot, warnings };
  }

  /** The experiment to replace, if any. */
  #existing({ backend, spec, force }: LaunchRequest): KnownExperiment | undefined {
    const existing = this.#parts.slots.get(slotKey(backend, spec.name));
    if (isLaunching(existing)) throw experimentExists(spec.name, { how: 'is being launched' });
    if (existing !== undefined && !force) throw experimentExists(spec.name);
    return existing;
  }

  /** Refuses a launch that could not take the place of an experiment. */
  async #check(request: LaunchRequest, existing: KnownExperiment): Promise<void> {
    const launchId = isManaged(existing) ? existing.record.launchId : readTraces(existing.folder).launchId;
    try {
      await checkReplacement(existing.folder, request, this.#runner(request), launchId);
    } catch (error) {
      throw storageError(error, 'Nothing was launched.');
    }
  }

  #runner({ backend }: LaunchRequest): Runner {
    const runner = this.#parts.runners[backend];
    if (runner === undefined) throw new SymphonyError('failed', `This supervisor knows no backend ${backend}.`);
    return runner;
  }

  async #launch(request: LaunchRequest, signal: AbortSignal): Promise<ManagedExperiment> {
    const { backend, spec } = request;
    const runner = this.#runner(request);
    if (new ExperimentStore(backend, runner.findRuns).read(spec.name) !== undefined) throw experimentExists(spec.name);
    const folder = new ExperimentFolder(join(backendFolder(backend), spec.name));
    let experiment: ManagedExperiment | undefined;
    // What ended a moment ago may hold what this launch needs.
    await Promise.all(this.#parts.slots.managed.map((other) => other.releaseUnused()));
    try {
      const record = await prepareRecord(folder, request, runner, signal);
      experiment = manageExperiment(this.#parts, record, folder.path, runner);
      await experiment.start(request.by);
      throwIfAborted(signal);
      return experiment;
    } catch (error) {
      await this.#undo(folder, experiment);
      throw storageError(error, 'Nothing was launched.');
    }
  }

  /** If something cannot be ended, the experiment stays known, so that it can be ended later. */
  async #undo(folder: ExperimentFolder, experiment: ManagedExperiment | undefined): Promise<void> {
    const undone = await experiment?.delete({ how: 'deleted' });
    if (experiment !== undefined && undone !== undefined && undone.leftovers.length > 0) {
      this.#parts.slots.set(slotKey(experiment.record.backend, experiment.record.name), experiment);
      return;
    }
    await removeExperimentFolder(folder.path).catch(() => undefined);
    await releaseHoldings(folder.path).catch(() => undefined);
  }

  async #deleteForReplacement({ spec, history }: LaunchRequest, existing: KnownExperiment): Promise<readonly string[]> {
    const { leftovers, notes } = await this.#deletions.end(existing, { how: 'replaced', limits: history });
    if (leftovers.length === 0) return notes;
    throw new SymphonyError(
      'failed',
      `Experiment ${spec.name} cannot be replaced, because this could not be ended: ${leftovers.join('; ')}.`,
    );
  }

  /** Reports a launch that could not be undone to watchers as well. */
  #notifyOfLeftovers(key: string): void {
    const slot = this.#parts.slots.get(key);
    if (slot !== undefined && isManaged(slot))
      this.#parts.watchers.notify(slot.record.backend, { type: 'changed', ...slot.snapshot(), replaced: true });
  }
}
