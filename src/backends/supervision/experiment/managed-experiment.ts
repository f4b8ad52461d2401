import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { messageOf, SymphonyError } from '../../../engine/contract/errors.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import { formatProcess, isFinal, type ProcessReference } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import { stoppedByFailure } from '../../../engine/rules/failure-policy.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { noProcess } from '../../../engine/text/common-errors.ts';
import { releasePorts } from '../../kit/ports/port-registry.ts';
import { findRunning } from '../keeper/runs/end-processes.ts';
import { ExperimentFolder } from '../records/experiment-folder.ts';
import { type ExperimentRecord, resolveRecord, writeRecord } from '../records/experiment-record.ts';
import type { ExperimentRuntime } from '../records/experiment-runtime.ts';
import { toSnapshot } from '../records/experiment-snapshot.ts';
import { ExperimentState } from '../records/experiment-state.ts';
import { FolderGuard } from '../records/folder-guard.ts';
import { storageError } from '../records/storage-error.ts';
import { endRuns, endTarget } from '../runs/end-runs.ts';
import { FaultBarrier } from '../runs/fault-barrier.ts';
import { RunLifecycle } from '../runs/run-lifecycle.ts';
import type { RunStarter } from '../runs/run-starter.ts';
import { startRuns } from '../runs/start-runs.ts';
import { DurableIntents } from './durable-intents.ts';
import { IntentQueue } from './intent-queue.ts';
import { PortLease } from './port-lease.ts';
import type { RunsContext } from './runs-context.ts';

export interface ManagedExperimentOptions {
  readonly folder: string;
  readonly record: ExperimentRecord;
  readonly starter: RunStarter;
  /** Called when processes have changed, with their keys. Changes within a short interval are combined. */
  readonly onChange: (experiment: ManagedExperiment, keys: ReadonlySet<string>) => void;
}

/** One supervised experiment: coordinates its runs, restarts, stops and deletion. */
export class ManagedExperiment {
  readonly record: ExperimentRecord;
  readonly resolved: ResolvedExperiment;
  readonly folder: ExperimentFolder;
  readonly #starter: RunStarter;
  readonly #guard: FolderGuard;
  readonly #processes: ReadonlyMap<string, ResolvedProcess>;
  readonly #state: ExperimentState;
  readonly #barrier = new FaultBarrier((fault) => this.#noteFault(fault));
  readonly #lifecycle: RunLifecycle;
  readonly #runs: RunsContext;
  readonly #ports: PortLease;
  /** All starts and ends pass through this queue, so that none contradicts another. */
  readonly #queue: IntentQueue;
  readonly #intents: DurableIntents;

  constructor(options: ManagedExperimentOptions) {
    const { record, starter } = options;
    this.record = record;
    this.resolved = resolveRecord(record);
    this.folder = new ExperimentFolder(options.folder);
    this.#starter = starter;
    this.#guard = new FolderGuard(this.folder, record);
    this.#processes = new Map(
      this.resolved.processes.map((resolvedProcess) => [processKey(resolvedProcess), resolvedProcess]),
    );
    this.#ports = new PortLease(options.folder, record, this.resolved.portRange);
    this.#queue = new IntentQueue(record.name, [...this.#processes.keys()], {
      end: (keys) => this.#end(keys),
      start: (keys) => this.#start(keys),
      remove: () => this.#remove(),
    });
    this.#state = new ExperimentState(this.folder, [...this.#processes.keys()], (keys) => {
      this.#barrier.run('notifying of its changes', () => options.onChange(this, keys));
      this.#barrier.run('releasing its ports', () => this.#releasePortsIfOver());
    });
    this.#runs = {
      record,
      processes: this.#processes,
      folder: this.folder,
      state: this.#state,
      wantedEnd: (key) => this.#queue.wantedEnd(key),
      isStarting: (key) => this.#queue.isStarting(key),
    };
    this.#lifecycle = new RunLifecycle({
      ...this.#runs,
      barrier: this.#barrier,
      onFailed: (key) => this.#onFailed(key),
      onRestartDue: (keys) => this.#restartDue(keys),
    });
    this.#intents = new DurableIntents(this.#queue, this.#state, this.#lifecycle);
  }

  get isDeleting(): boolean {
    return this.#state.flags.deleting ?? false;
  }

  /** Whether a launch was interrupted before everything was started. */
  get isHalfLaunched(): boolean {
    return !this.#state.flags.launched;
  }

  /** Whether anything needs supervision. */
  get isBusy(): boolean {
    return this.isDeleting || this.#queue.isBusy || this.#state.isUnsaved || !this.#isOver();
  }

  runtime(): ExperimentRuntime {
    const fault = this.#barrier.reason;
    return { ...this.#state.runtime(), ...(fault === undefined ? {} : { fault }) };
  }

  snapshot(): ExperimentSnapshot {
    return toSnapshot(this.record, this.resolved, this.runtime());
  }

  /** Starts every process for the first time. Throws if a start could not even be attempted. */
  async launch(): Promise<void> {
    this.#lifecycle.watch();
    await this.#queue.launch();
    this.#state.setFlags({ launched: true });
    await this.#state.write();
  }

  /** Adopts the runs of an earlier supervisor, or marks them lost after a restart of the machine. */
  adopt({ afterReboot }: { readonly afterReboot: boolean }): void {
    if (afterReboot) this.#lifecycle.markAllLost('the machine was restarted while it ran');
    if (this.#isOver()) this.#ports.assumeReleased();
    // Must come first: runs with a pending stop ended on purpose.
    this.#intents.finish();
    this.#lifecycle.adopt();
  }

  /** Checks periodically for what no file reports: processes whose keeper was killed, failed writes. */
  async poll(): Promise<void> {
    await this.#barrier.runAsync('checking its processes', async () => {
      if (this.#state.isUnsaved) await this.save();
      await this.#lifecycle.poll();
      this.#releasePortsIfOver();
    });
  }

  /**
   * Restores the experiment's files if its folder was removed or damaged.
   * @returns false if the folder was removed and nothing runs any more
   */
  async recover(): Promise<boolean> {
    if (this.isDeleting || this.isHalfLaunched || !this.#guard.isBroken()) return true;
    const { isGone } = this.#guard;
    if (isGone && !this.#queue.isBusy && this.#isOver()) return false;
    await this.#barrier.runAsync('recreating its folder', async () => {
      await this.#guard.repair();
      this.#lifecycle.watchAgain();
      if (isGone) this.#state.note('Its folder was removed while it ran: earlier logs and its launch files are gone.');
      await this.#state.write();
    });
    return true;
  }

  /**
   * Ends processes, then starts their next runs.
   * @throws SymphonyError `conflict` if a later stop or deletion cancelled the start
   */
  async restart(references: readonly ProcessReference[]): Promise<void> {
    const keys = this.#keys(references);
    this.#requireLaunchFiles(keys);
    if (!this.#queue.isDeleting) await this.#prepareRestart(keys);
    await this.#intents.restart(keys).catch((error: unknown) => {
      throw storageError(error, 'Ended processes are started as soon as there is space.');
    });
  }

  /** Ends processes and everything they started, for good. */
  async stop(references: readonly ProcessReference[]): Promise<void> {
    await this.#intents.stop(this.#keys(references), 'stopped on request');
  }

  /**
   * Ends everything and removes the folder; resolves with what could not be ended, in words, in which case the folder
   * stays. A second deletion waits for the first.
   */
  async delete(): Promise<readonly string[]> {
    if (!this.#queue.isDeleting) this.#state.setFlags({ deleting: true });
    // Reads the files of runs to find what must be ended, also for an experiment that was never adopted.
    this.#lifecycle.watch();
    const leftovers = await this.#queue.delete();
    if (leftovers.length > 0) {
      this.#state.setFlags({ deleting: false, reason: `could not be deleted: ${leftovers.join('; ')}` });
      for (const key of this.#state.keys) this.#intents.giveUpStart(key, 'deleted');
    }
    return leftovers;
  }

  /** Writes the state; a failed write is retried later. */
  save(): Promise<void> {
    return this.#state.save();
  }

  /**
   * Writes the state and the record. The record follows only after the state is saved, because the state marks runs
   * from before a restart of the machine as lost.
   */
  async saveAll(): Promise<void> {
    await this.save();
    if (!this.#state.isUnsaved) await writeRecord(this.folder, this.record).catch(() => undefined);
  }

  /** Ends supervision; processes keep running. */
  close(): void {
    this.#queue.close();
    this.#lifecycle.close();
    this.#state.close();
  }

  async #start(keys: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    try {
      await this.#ports.reacquire();
    } catch (error) {
      for (const key of keys) this.#intents.giveUpStart(key, `not started again: ${messageOf(error)}`);
      return new Map(keys.map((key) => [key, error as Error]));
    }
    return startRuns(this.#runs, this.#lifecycle, this.#starter, keys);
  }

  async #end(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    // The request is recorded before anything ends, so that after a crash the next supervisor finishes it.
    if (!this.isDeleting) this.#intents.note(keys);
    if (this.isDeleting || keys.some((key) => this.#state.get(key).wanted !== undefined)) await this.save();
    return endRuns(this.#runs, this.#lifecycle, keys);
  }

  /** If the disk cannot record a new run, the restart fails before the old run is ended. */
  async #prepareRestart(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#state.set(key, { ...this.#state.get(key), restartsInARow: 0 });
    await this.#state.write().catch((error: unknown) => {
      if (!this.#queue.isDeleting) throw storageError(error, 'Nothing was restarted.');
    });
  }

  async #remove(): Promise<readonly string[]> {
    try {
      await this.#starter.end(this.record);
      this.#lifecycle.close();
      this.#state.close();
      // A running write would create files again.
      await this.save();
      await rm(this.folder.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
      if (this.record.services.length > 0) await releasePorts(this.folder.path);
      return [];
    } catch (error) {
      this.#state.open();
      this.#lifecycle.watch();
      return [messageOf(error)];
    }
  }

  #onFailed(key: string): void {
    if (this.#queue.isDeleting) return;
    const considered = this.#state.keys.map((other) => ({
      key: other,
      state: this.#state.get(other).state,
      willStart: this.#queue.willStart(other),
      wantedEnd: this.#queue.wantedEnd(other),
    }));
    const stopped = stoppedByFailure(this.resolved.onFailure, key, considered);
    const reason = `stopped, because ${formatProcess(this.#process(key))} failed`;
    if (stopped.length > 0)
      this.#intents.stop(stopped, reason).catch((error: unknown) => this.#state.note(messageOf(error)));
  }

  /** Starts processes whose backoff is over. Restarts that fail because of a fault stay scheduled. */
  async #restartDue(keys: readonly string[]): Promise<void> {
    const restarted = await this.#barrier.runAsync('restarting its processes', () => this.#tryRestart(keys));
    if (restarted !== undefined) return;
    this.#barrier.run('postponing a restart', () => {
      for (const key of keys) {
        const runtime = this.#state.get(key);
        if (runtime.state === 'backoff') this.#lifecycle.postpone(key, runtime, this.#barrier.reason ?? '');
      }
    });
  }

  /** Reads the process table once for all processes that are due together. */
  async #tryRestart(keys: readonly string[]): Promise<true> {
    const targets = keys.map((key) => [key, endTarget(this.#runs, key)] as const);
    const running = await findRunning(targets.map(([, target]) => target));
    // Leftovers of a previous run may still hold its ports. Ending them takes time, so those processes are restarted
    // separately.
    const isHeldUp = new Map(targets.map(([key, target]) => [key, running.has(target)]));
    const due = keys.filter((key) => this.#state.get(key).state === 'backoff');
    for (const key of due) if (isHeldUp.get(key)) void this.#queue.restartByPolicy([key]);
    await this.#queue.restartByPolicy(due.filter((key) => !isHeldUp.get(key)));
    return true;
  }

  #noteFault(fault: string | undefined): void {
    if (fault === undefined) this.#state.setFlags({});
    else this.#state.note(fault);
  }

  #isOver(): boolean {
    return this.#state.where(({ state }) => !isFinal(state)).length === 0;
  }

  /** Releases the ports once nothing runs. */
  #releasePortsIfOver(): void {
    if (this.isDeleting || this.isHalfLaunched || this.#queue.isBusy || !this.#isOver()) return;
    this.#ports.release().catch((error: unknown) => this.#state.note(messageOf(error)));
  }

  #keys(references: readonly ProcessReference[]): string[] {
    const keys = references.map((reference) => {
      const key = processKey(reference);
      if (this.#processes.has(key)) return key;
      throw noProcess(reference, this.record.name, [...this.#processes.values()]);
    });
    return [...new Set(keys)];
  }

  /** A process that cannot be started again must not be ended by a restart. */
  #requireLaunchFiles(keys: readonly string[]): void {
    const key = keys.find((one) => !existsSync(this.folder.launchFile(one)));
    if (key === undefined || this.#queue.isDeleting) return;
    const what = `Process ${formatProcess(this.#process(key))} cannot be restarted: its launch file was removed.`;
    throw new SymphonyError('failed', what, { hint: 'Launch the experiment again with --force.' });
  }

  #process(key: string): ResolvedProcess {
    return this.#processes.get(key) as ResolvedProcess;
  }
}
