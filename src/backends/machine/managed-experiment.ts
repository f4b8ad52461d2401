import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { messageOf, SymphonyError } from '../../engine/errors.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import { formatProcess, isFinal, type ProcessReference } from '../../engine/status.ts';
import type { ExperimentSnapshot } from '../../engine/watch.ts';
import { DurableIntents } from './durable-intents.ts';
import { findRunning } from './end-processes.ts';
import { endRuns, endTarget } from './end-runs.ts';
import { ExperimentFolder, processKey } from './experiment-folder.ts';
import { type ExperimentRecord, resolveRecord, writeRecord } from './experiment-record.ts';
import { ExperimentState } from './experiment-state.ts';
import { FaultBarrier } from './fault-barrier.ts';
import { FolderGuard } from './folder-guard.ts';
import { IntentQueue } from './intent-queue.ts';
import { PortLease } from './port-lease.ts';
import { releasePorts } from './port-registry.ts';
import { type ExperimentRuntime, toSnapshot } from './process-status.ts';
import { RunLifecycle } from './run-lifecycle.ts';
import type { RunStarter } from './run-starter.ts';
import type { RunsContext } from './runs-context.ts';
import { startRuns } from './start-runs.ts';
import { storageError } from './storage-error.ts';

export interface ManagedExperimentOptions {
  readonly folder: string;
  readonly record: ExperimentRecord;
  readonly starter: RunStarter;
  /** Called, a little later and once for several, when processes have changed; with their keys. */
  readonly onChange: (experiment: ManagedExperiment, keys: ReadonlySet<string>) => void;
}

/** One experiment of this machine under the supervisor's eyes: what happens to it, and what follows from that. */
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
  /** All starts and ends go through it, so that none contradicts another. */
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

  /** Whether a launch broke off before everything was started. */
  get isHalfLaunched(): boolean {
    return !this.#state.flags.launched;
  }

  /** Whether there is anything to watch over. */
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

  /** Starts everything for the first time. Throws if something could not even be tried. */
  async launch(): Promise<void> {
    this.#lifecycle.watch();
    await this.#queue.launch();
    this.#state.setFlags({ launched: true });
    await this.#state.write();
  }

  /** Takes over what a supervisor before this one left, or finds that it was lost with the machine's last run. */
  adopt({ afterReboot }: { readonly afterReboot: boolean }): void {
    if (afterReboot) this.#lifecycle.markAllLost('the machine was restarted while it ran');
    if (this.#isOver()) this.#ports.assumeReleased();
    // Before anything is made of how these runs ended: that was on purpose.
    this.#intents.finish();
    this.#lifecycle.adopt();
  }

  /** Looks after what no file tells of: processes whose keeper was killed, writes that failed. Called from time to time. */
  async poll(): Promise<void> {
    await this.#barrier.runAsync('checking its processes', async () => {
      if (this.#state.isUnsaved) await this.save();
      await this.#lifecycle.poll();
      this.#releasePortsIfOver();
    });
  }

  /**
   * Puts the experiment on record again if its folder was removed or damaged.
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
   * Ends processes, and starts their next run.
   * @throws SymphonyError `conflict` if a later stop or deletion has cancelled the start
   */
  async restart(references: readonly ProcessReference[]): Promise<void> {
    const keys = this.#keys(references);
    this.#requireLaunchFiles(keys);
    if (!this.#queue.isDeleting) await this.#prepareRestart(keys);
    await this.#intents.restart(keys).catch((error: unknown) => {
      throw storageError(error, 'What has ended is started as soon as there is room.');
    });
  }

  /** Ends processes and everything they started, for good. */
  async stop(references: readonly ProcessReference[]): Promise<void> {
    await this.#intents.stop(this.#keys(references), 'stopped on request');
  }

  /**
   * Ends all of it and removes its folder; gives what could not be ended, in words, in which case the folder stays. A
   * second deletion waits for the first.
   */
  async delete(): Promise<readonly string[]> {
    if (!this.#queue.isDeleting) this.#state.setFlags({ deleting: true });
    // The files of runs tell what there is to end, also of an experiment that was never adopted.
    this.#lifecycle.watch();
    const leftovers = await this.#queue.delete();
    if (leftovers.length > 0) {
      this.#state.setFlags({ deleting: false, reason: `could not be deleted: ${leftovers.join('; ')}` });
      for (const key of this.#state.keys) this.#intents.giveUpStart(key, 'deleted');
    }
    return leftovers;
  }

  /** Writes the state, or remembers that it has to be tried again. */
  save(): Promise<void> {
    return this.#state.save();
  }

  /** The record, too, but only once it is written that what ran before the machine's restart was lost. */
  async saveAll(): Promise<void> {
    await this.save();
    if (!this.#state.isUnsaved) await writeRecord(this.folder, this.record).catch(() => undefined);
  }

  /** Ends the watching; what runs goes on. */
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
    // On record before anything ends of it: what a crash breaks off is finished by the next supervisor.
    if (!this.isDeleting) this.#intents.note(keys);
    if (this.isDeleting || keys.some((key) => this.#state.get(key).wanted !== undefined)) await this.save();
    return endRuns(this.#runs, this.#lifecycle, keys);
  }

  /** A disk that takes no record of a new run is noticed before the old one is ended. */
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
      // A write under way would bring files back.
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
    if (this.resolved.onFailure !== 'stop' || this.#queue.isDeleting) return;
    const others = this.#state.keys.filter((other) => other !== key && this.#isWanted(other));
    const reason = `stopped, because ${formatProcess(this.#process(key))} failed`;
    this.#intents.stop(others, reason).catch((error: unknown) => this.#state.note(messageOf(error)));
  }

  /** Whether a process runs or is going to: one that is being restarted has ended only for a moment. */
  #isWanted(key: string): boolean {
    if (this.#queue.willStart(key)) return true;
    return !isFinal(this.#state.get(key).state) && this.#queue.wantedEnd(key) === undefined;
  }

  /** Restarts that a fault keeps from being tried stay due. */
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

  /** One look at this machine's processes serves all that come due together. */
  async #tryRestart(keys: readonly string[]): Promise<true> {
    const targets = keys.map((key) => [key, endTarget(this.#runs, key)] as const);
    const running = await findRunning(targets.map(([, target]) => target));
    // What a last run left behind may still hold its ports; ending that takes its time, and the others need not wait.
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

  /** Only what runs holds ports. */
  #releasePortsIfOver(): void {
    if (this.isDeleting || this.isHalfLaunched || this.#queue.isBusy || !this.#isOver()) return;
    this.#ports.release().catch((error: unknown) => this.#state.note(messageOf(error)));
  }

  #keys(references: readonly ProcessReference[]): string[] {
    const keys = references.map((reference) => {
      const key = processKey(reference);
      if (this.#processes.has(key)) return key;
      const what = `There is no process ${formatProcess(reference)} in experiment ${this.record.name}.`;
      throw new SymphonyError('not-found', what);
    });
    return [...new Set(keys)];
  }

  /** What cannot be started again must not be ended for that. */
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
