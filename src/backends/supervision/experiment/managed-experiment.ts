import { messageOf, SymphonyError } from '../../../engine/contract/errors.ts';
import { isFinal, type ProcessReference } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { ExperimentFolder } from '../records/experiment-folder.ts';
import { type ExperimentRecord, writeRecord } from '../records/experiment-record.ts';
import type { ExperimentRuntime } from '../records/experiment-runtime.ts';
import { toSnapshot } from '../records/experiment-snapshot.ts';
import type { Deletion } from './experiment-history.ts';
import { createParts, type ExperimentParts, type PartsOptions } from './experiment-parts.ts';
import { ExperimentRequests } from './experiment-requests.ts';

export interface ManagedExperimentOptions extends PartsOptions {
  /** Called when processes have changed, with their keys. Changes within a short interval are combined. */
  readonly onChange: (experiment: ManagedExperiment, keys: ReadonlySet<string>) => void;
}

export interface DeletionOutcome {
  /** What could not be ended, in words. Empty if nothing is left. */
  readonly leftovers: readonly string[];
  /** Warnings, such as what the history could not keep. */
  readonly notes: readonly string[];
}

/** One supervised experiment: coordinates its runs, restarts, stops and deletion. */
export class ManagedExperiment {
  readonly #parts: ExperimentParts;
  readonly #requests: ExperimentRequests;
  #isScaling = false;
  /** Keys of processes that are being removed, because their experiment is scaled. */
  #retired: ReadonlySet<string> = new Set();
  /** The supervision that has taken over, because the experiment was scaled. */
  #successor: ManagedExperiment | undefined;

  constructor(options: ManagedExperimentOptions) {
    this.#parts = createParts(options, {
      onChange: (keys) => options.onChange(this, keys),
      onUnused: () => void this.releaseUnused(),
      snapshot: () => this.snapshot(),
      runtime: () => this.runtime(),
    });
    this.#requests = new ExperimentRequests(this.#parts, (key) => this.#retired.has(key));
  }

  get record(): ExperimentRecord {
    return this.#parts.record;
  }

  get resolved(): ResolvedExperiment {
    return this.#parts.resolved;
  }

  get folder(): ExperimentFolder {
    return this.#parts.folder;
  }

  get isDeleting(): boolean {
    return this.#parts.state.flags.deleting ?? false;
  }

  /** Whether a launch was interrupted before everything was started. */
  get isHalfLaunched(): boolean {
    return !this.#parts.state.flags.launched;
  }

  /** Whether anything needs supervision. */
  get isBusy(): boolean {
    const { queue, state, notices, rules } = this.#parts;
    const isUndone = queue.isBusy || state.isUnsaved || (notices?.isBusy ?? false) || rules.isBusy;
    return this.isDeleting || isUndone || !this.#isOver();
  }

  runtime(): ExperimentRuntime {
    const fault = this.#parts.barrier.reason;
    return { ...this.#parts.state.runtime(), ...(fault === undefined ? {} : { fault }) };
  }

  snapshot(): ExperimentSnapshot {
    return toSnapshot(this.record, this.resolved, this.runtime());
  }

  /** Starts every process that waits for no other. Throws if a start could not even be attempted. */
  async start(by?: string): Promise<void> {
    this.noteRequest('Launched', [], by);
    this.#parts.leases.load();
    this.#parts.lifecycle.runner.observe();
    await this.#parts.queue.start(this.#parts.rules.prepareLaunch());
    this.#parts.state.setFlags({ launched: true });
    await this.#parts.state.write();
  }

  /** Adopts the runs of an earlier supervisor, or marks them lost after a restart of the machine. */
  adopt({ afterReboot }: { readonly afterReboot: boolean }): void {
    if (afterReboot) this.#parts.lifecycle.markAllLost();
    if (this.#isOver()) this.#parts.leases.assumePortsReleased();
    // Must come first: runs with a pending stop ended on purpose.
    this.#parts.intents.finish();
    this.#parts.lifecycle.adopt();
    this.#parts.considerNotices();
  }

  /** Checks periodically for what nothing reports by itself: runs that vanished, failed writes. */
  async poll(): Promise<void> {
    await this.#parts.barrier.runAsync('checking its processes', async () => {
      this.#parts.events.flush();
      if (this.#parts.state.isUnsaved) await this.save();
      await this.#parts.lifecycle.runner.poll();
      await this.#parts.leases.restore();
      this.#parts.rules.apply();
    });
    await this.releaseUnused();
  }

  /**
   * Restores the experiment's files if its folder was removed or damaged.
   * @returns false if the folder was removed and nothing runs any more
   */
  async recover(): Promise<boolean> {
    if (this.isDeleting || this.isHalfLaunched || !this.#parts.guard.isBroken()) return true;
    const { isGone } = this.#parts.guard;
    if (isGone && !this.#parts.queue.isBusy && this.#isOver()) return false;
    await this.#parts.barrier.runAsync('recreating its folder', async () => {
      await this.#parts.guard.repair();
      if (isGone)
        this.#parts.state.note('Its folder was removed while it ran: earlier logs and its launch files are gone.');
      await this.#parts.state.write();
    });
    return true;
  }

  /**
   * Ends processes, then starts their next runs.
   * @throws SymphonyError `conflict` if a later stop or deletion cancelled the start, `failed` if a process cannot be
   *   started again
   */
  async restart(references: readonly ProcessReference[], by?: string): Promise<void> {
    if (this.#successor !== undefined) return this.#successor.restart(references, by);
    return this.#requests.restart(references, by);
  }

  /** Ends processes and everything they started, for good. */
  async stop(references: readonly ProcessReference[], by?: string): Promise<void> {
    if (this.#successor !== undefined) return this.#successor.stop(references, by);
    await this.#requests.stop(references, by);
    await this.releaseUnused();
  }

  /**
   * Ends everything, copies it into the history and removes the folder; if something could not be ended, the folder
   * stays. A second deletion waits for the first.
   */
  async delete(deletion: Deletion): Promise<DeletionOutcome> {
    if (this.#successor !== undefined) return this.#successor.delete(deletion);
    if (!this.#parts.queue.isDeleting) {
      if (!this.isHalfLaunched) this.#parts.barrier.run('sending notices', () => this.#parts.notices?.flush());
      const departure = this.#parts.history.begin(deletion, this.snapshot().experiment);
      // A deletion that an earlier supervisor began has noted the state before it.
      if (!this.isDeleting) this.#parts.state.setFlags({ deleting: true, departure });
    }
    // Finds out what must be ended, also for an experiment that was never adopted.
    this.#parts.lifecycle.runner.observe();
    this.#parts.rules.close();
    const leftovers = await this.#parts.queue.delete();
    if (leftovers.length > 0) {
      this.#parts.lifecycle.runner.killAtOnce(false);
      this.#parts.state.setFlags({ deleting: false, reason: `could not be deleted: ${leftovers.join('; ')}` });
      for (const key of this.#parts.state.keys) this.#parts.intents.giveUpStart(key, 'deleted');
      this.#parts.rules.open();
    }
    return { leftovers, notes: this.#parts.history.notes };
  }

  /** Releases what no process uses any more: ports once nothing runs, GPUs for each process. Never rejects. */
  async releaseUnused(): Promise<void> {
    if (this.isDeleting || this.isHalfLaunched) return;
    await this.#parts.barrier.runAsync('releasing what it no longer uses', async () => {
      const ended = this.#parts.state
        .where(({ state }) => isFinal(state))
        .filter((key) => !this.#parts.queue.isBusyWith(key));
      // New processes may need the ports of an experiment that is being scaled.
      const isOver = this.#isOver() && !this.#parts.queue.isBusy && !this.#isScaling;
      await this.#parts.leases.release(ended, isOver);
    });
  }

  /** Processes that are being ended, and those that the deletion ends, get SIGKILL at once. */
  killAtOnce(): void {
    this.#parts.lifecycle.runner.killAtOnce(true);
  }

  /** @throws SymphonyError `conflict` if the numbers of replicas cannot be changed now */
  requireScalable(): void {
    const { name } = this.record;
    if (this.isDeleting) throw new SymphonyError('conflict', `Experiment ${name} is being deleted.`);
    if (!this.#isOver() && this.#parts.state.flags.end === undefined) return;
    throw new SymphonyError('conflict', `Nothing of experiment ${name} runs any more, so it cannot be scaled.`, {
      hint: 'Restart a process first, or launch it again with the number that you want.',
    });
  }

  /** Ends processes that are being removed for good. Rejects if one cannot be ended. */
  async retire(keys: readonly string[]): Promise<void> {
    this.#isScaling = true;
    this.#retired = new Set(keys);
    // Else the rules would judge the removed processes as if they had ended by themselves.
    this.#parts.rules.close();
    await this.#parts.intents.stop(keys, 'removed: the experiment is being scaled');
    await this.releaseUnused();
    await this.#parts.state.write();
  }

  /** Undoes `retire`; what has ended stays ended. */
  unretire(): void {
    this.#isScaling = false;
    this.#retired = new Set();
    this.#parts.rules.open();
  }

  /** Whether no step is under way or requested, so that another supervision can take over. */
  get isAtRest(): boolean {
    return !this.#parts.queue.isBusy && !this.#requests.isBusy && !this.#parts.rules.isBusy;
  }

  /** Ends this supervision in favour of another. @returns what is known of the runs */
  handOver(): ExperimentRuntime {
    this.#parts.events.flush();
    const { fault: _, ...runtime } = this.runtime();
    this.close();
    return runtime;
  }

  /** Passes all further calls on to the supervision that has taken over. */
  succeedBy(successor: ManagedExperiment): void {
    this.#successor = successor;
  }

  /** Whether another supervision has taken over. */
  get isSucceeded(): boolean {
    return this.#successor !== undefined;
  }

  /** Starts processes that were never started, if they wait for no other. Rejects with why one could not be started. */
  async startPending(): Promise<void> {
    const keys = this.#parts.rules.prepareLaunch();
    if (keys.length > 0) await this.#parts.queue.start(keys);
  }

  /** Adds a problem to the description of the experiment. */
  noteProblem(error: unknown): void {
    this.#parts.state.note(messageOf(error));
  }

  /** Records that a user asked for other numbers of replicas. @param what in words */
  noteScaling(what: string, by: string | undefined): void {
    this.#requests.noteScaling(what, by);
  }

  /** Records that a user asked for something. @param by what made the request, in a few words; undefined if unknown */
  noteRequest(reason: string, references: readonly ProcessReference[], by: string | undefined): void {
    this.#requests.note(reason, references, by);
  }

  /** Writes the state; a failed write is retried later. */
  save(): Promise<void> {
    return this.#parts.state.save();
  }

  /**
   * Writes the state and the record. The record follows only after the state is saved, because the state marks runs
   * from before a restart of the machine as lost.
   */
  async saveAll(): Promise<void> {
    await this.save();
    if (!this.#parts.state.isUnsaved) await writeRecord(this.folder, this.record).catch(() => undefined);
  }

  /** Ends supervision; processes keep running. */
  close(): void {
    this.#parts.rules.close();
    this.#parts.queue.close();
    this.#parts.lifecycle.close();
    this.#parts.notices?.close();
    this.#parts.state.close();
  }

  #isOver(): boolean {
    return this.#parts.state.where(({ state }) => !isFinal(state)).length === 0;
  }
}
