import { messageOf, SymphonyError } from '../../../engine/contract/errors.ts';
import { parseProcessKey, processKey } from '../../../engine/contract/process-key.ts';
import { formatProcess, isFinal, type ProcessReference } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../engine/contract/watch.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { noProcess } from '../../../engine/text/common-errors.ts';
import { describeRequest } from '../../../engine/text/describe-request.ts';
import type { ExperimentNotices } from '../../kit/notices/experiment-notices.ts';
import { EventRecorder } from '../events/event-recorder.ts';
import type { NoticeSender } from '../notices/notice-sender.ts';
import { supervisedNotices } from '../notices/supervised-notices.ts';
import { ExperimentFolder } from '../records/experiment-folder.ts';
import { type ExperimentRecord, resolveRecord, writeRecord } from '../records/experiment-record.ts';
import type { ExperimentRuntime } from '../records/experiment-runtime.ts';
import { toSnapshot } from '../records/experiment-snapshot.ts';
import { ExperimentState } from '../records/experiment-state.ts';
import { FolderGuard } from '../records/folder-guard.ts';
import { readRuntime } from '../records/state-file.ts';
import { storageError } from '../records/storage-error.ts';
import { FaultBarrier } from '../runs/fault-barrier.ts';
import { RunLifecycle } from '../runs/run-lifecycle.ts';
import type { Runner } from '../runs/runner.ts';
import type { RunsContext } from '../runs/runs-context.ts';
import { DueRestarts } from './due-restarts.ts';
import { DurableIntents } from './durable-intents.ts';
import { type Deletion, ExperimentHistory } from './experiment-history.ts';
import { ExperimentSteps } from './experiment-steps.ts';
import { IntentQueue } from './intent-queue.ts';
import { Leases } from './leases.ts';
import { RuleKeeper } from './rule-keeper.ts';

export interface ManagedExperimentOptions {
  readonly folder: string;
  readonly record: ExperimentRecord;
  readonly runner: Runner;
  readonly notices: NoticeSender;
  /** What is known of the runs, if it is not read from the folder. */
  readonly known?: ExperimentRuntime | undefined;
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
  readonly record: ExperimentRecord;
  readonly resolved: ResolvedExperiment;
  readonly folder: ExperimentFolder;
  readonly #guard: FolderGuard;
  readonly #processes: ReadonlyMap<string, ResolvedProcess>;
  readonly #events: EventRecorder;
  readonly #state: ExperimentState;
  readonly #barrier = new FaultBarrier((fault) => this.#noteFault(fault));
  readonly #lifecycle: RunLifecycle;
  readonly #leases: Leases;
  /** All starts and ends pass through this queue, so that none contradicts another. */
  readonly #queue: IntentQueue;
  readonly #intents: DurableIntents;
  readonly #rules: RuleKeeper;
  readonly #notices: ExperimentNotices | undefined;
  readonly #history: ExperimentHistory;

  #isScaling = false;
  /** Keys of processes that are being removed, because their experiment is scaled. */
  #retired: ReadonlySet<string> = new Set();
  /** The supervision that has taken over, because the experiment was scaled. */
  #successor: ManagedExperiment | undefined;
  /** Calls of `restart` that are not done. */
  #restarting = 0;

  constructor({ record, runner, folder, notices, known, onChange }: ManagedExperimentOptions) {
    this.record = record;
    this.resolved = resolveRecord(record);
    this.folder = new ExperimentFolder(folder);
    this.#processes = new Map(
      this.resolved.processes.map((resolvedProcess) => [processKey(resolvedProcess), resolvedProcess]),
    );
    const keys = [...this.#processes.keys()];
    const stored = known ?? readRuntime(this.folder, keys, runner.findRuns);
    this.#events = new EventRecorder(folder, record.launchId, stored.processes);
    this.#state = new ExperimentState(this.folder, keys, stored, this.#events, (changed) => {
      this.#barrier.run('notifying of its changes', () => onChange(this, changed));
      void this.releaseUnused();
      this.#barrier.run('looking for notices', () => this.#considerNotices());
      this.#rules.apply();
    });
    this.#notices = supervisedNotices({
      folder,
      launchId: record.launchId,
      sender: notices,
      snapshot: () => this.snapshot(),
      told: () => this.#state.flags.told ?? [],
      setTold: (told) => this.#state.setFlags({ told }),
      record: (event) => this.#events.record(event),
      note: (text) => this.#state.note(text),
      guard: (action) => void this.#barrier.run('sending notices', action),
    });
    this.#leases = new Leases({
      folder,
      record,
      resolved: this.resolved,
      processes: this.#processes,
      state: this.#state,
    });
    const runs: RunsContext = {
      record,
      processes: this.#processes,
      state: this.#state,
      events: this.#events,
      wantedEnd: (key) => this.#queue.wantedEnd(key),
    };
    this.#lifecycle = new RunLifecycle({
      ...runs,
      runner,
      folder,
      barrier: this.#barrier,
      isStarting: (key) => this.#queue.isStarting(key),
      onHang: (key, reason) => this.#onHang(key, reason),
      onRestartDue: (due) => dueRestarts.run(due),
    });
    this.#guard = new FolderGuard(this.folder, record, this.#lifecycle.runner);
    this.#history = new ExperimentHistory(record, this.folder);
    const keep = () => this.#history.keep(this.runtime(), this.#lifecycle.runner);
    const steps = new ExperimentSteps(runs, this.#lifecycle, this.#leases, folder, () => this.#intents, keep);
    this.#queue = new IntentQueue(record.name, keys, steps);
    this.#intents = new DurableIntents(this.#queue, this.#state, this.#lifecycle);
    this.#rules = new RuleKeeper({
      experiment: this.resolved,
      launchedAt: record.createdAt,
      state: this.#state,
      queue: this.#queue,
      intents: this.#intents,
      barrier: this.#barrier,
      events: this.#events,
    });
    const isHeld = (key: string) => this.#rules.isHeld(key);
    const dueRestarts = new DueRestarts(this.#state, this.#lifecycle, this.#queue, this.#barrier, isHeld);
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
    const isTelling = this.#notices?.isBusy ?? false;
    const isUndone = this.#queue.isBusy || this.#state.isUnsaved || isTelling || this.#rules.isBusy;
    return this.isDeleting || isUndone || !this.#isOver();
  }

  runtime(): ExperimentRuntime {
    const fault = this.#barrier.reason;
    return { ...this.#state.runtime(), ...(fault === undefined ? {} : { fault }) };
  }

  snapshot(): ExperimentSnapshot {
    return toSnapshot(this.record, this.resolved, this.runtime());
  }

  /** Starts every process that waits for no other. Throws if a start could not even be attempted. */
  async start(by?: string): Promise<void> {
    this.noteRequest('Launched', [], by);
    this.#leases.load();
    this.#lifecycle.runner.observe();
    await this.#queue.start(this.#rules.prepareLaunch());
    this.#state.setFlags({ launched: true });
    await this.#state.write();
  }

  /** Adopts the runs of an earlier supervisor, or marks them lost after a restart of the machine. */
  adopt({ afterReboot }: { readonly afterReboot: boolean }): void {
    if (afterReboot) this.#lifecycle.markAllLost();
    if (this.#isOver()) this.#leases.assumePortsReleased();
    // Must come first: runs with a pending stop ended on purpose.
    this.#intents.finish();
    this.#lifecycle.adopt();
    this.#considerNotices();
  }

  /** Checks periodically for what nothing reports by itself: runs that vanished, failed writes. */
  async poll(): Promise<void> {
    await this.#barrier.runAsync('checking its processes', async () => {
      this.#events.flush();
      if (this.#state.isUnsaved) await this.save();
      await this.#lifecycle.runner.poll();
      await this.#leases.restore();
      this.#rules.apply();
    });
    await this.releaseUnused();
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
      if (isGone) this.#state.note('Its folder was removed while it ran: earlier logs and its launch files are gone.');
      await this.#state.write();
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
    const keys = this.#keys(references);
    for (const key of keys) if (this.#retired.has(key)) throw isBeingRemoved(key);
    this.#restarting += 1;
    try {
      await this.#restart(keys, references, by);
    } finally {
      this.#restarting -= 1;
    }
  }

  async #restart(keys: readonly string[], references: readonly ProcessReference[], by?: string): Promise<void> {
    this.noteRequest('RestartRequested', references, by);
    if (!this.#queue.isDeleting) {
      // A process that cannot be started again must not be ended by a restart.
      for (const key of keys) this.#lifecycle.runner.requireStartable(key);
      await this.#prepareRestart(keys);
    }
    this.#rules.spare(keys);
    await this.#intents.restart(keys).catch((error: unknown) => {
      throw storageError(error, 'Ended processes are started as soon as there is space.');
    });
  }

  /** Ends processes and everything they started, for good. */
  async stop(references: readonly ProcessReference[], by?: string): Promise<void> {
    if (this.#successor !== undefined) return this.#successor.stop(references, by);
    const keys = this.#keys(references);
    this.noteRequest('StopRequested', references, by);
    await this.#intents.stop(keys, 'stopped on request');
    await this.releaseUnused();
  }

  /**
   * Ends everything, copies it into the history and removes the folder; if something could not be ended, the folder
   * stays. A second deletion waits for the first.
   */
  async delete(deletion: Deletion): Promise<DeletionOutcome> {
    if (this.#successor !== undefined) return this.#successor.delete(deletion);
    if (!this.#queue.isDeleting) {
      if (!this.isHalfLaunched) this.#barrier.run('sending notices', () => this.#notices?.flush());
      const departure = this.#history.begin(deletion, this.snapshot().experiment);
      // A deletion that an earlier supervisor began has noted the state before it.
      if (!this.isDeleting) this.#state.setFlags({ deleting: true, departure });
    }
    // Finds out what must be ended, also for an experiment that was never adopted.
    this.#lifecycle.runner.observe();
    this.#rules.close();
    const leftovers = await this.#queue.delete();
    if (leftovers.length > 0) {
      this.#lifecycle.runner.killAtOnce(false);
      this.#state.setFlags({ deleting: false, reason: `could not be deleted: ${leftovers.join('; ')}` });
      for (const key of this.#state.keys) this.#intents.giveUpStart(key, 'deleted');
      this.#rules.open();
    }
    return { leftovers, notes: this.#history.notes };
  }

  /** Releases what no process uses any more: ports once nothing runs, GPUs for each process. Never rejects. */
  async releaseUnused(): Promise<void> {
    if (this.isDeleting || this.isHalfLaunched) return;
    await this.#barrier.runAsync('releasing what it no longer uses', async () => {
      const ended = this.#state.where(({ state }) => isFinal(state)).filter((key) => !this.#queue.isBusyWith(key));
      // New processes may need the ports of an experiment that is being scaled.
      const isOver = this.#isOver() && !this.#queue.isBusy && !this.#isScaling;
      await this.#leases.release(ended, isOver);
    });
  }

  /** Processes that are being ended, and those that the deletion ends, get SIGKILL at once. */
  killAtOnce(): void {
    this.#lifecycle.runner.killAtOnce(true);
  }

  /** @throws SymphonyError `conflict` if the numbers of replicas cannot be changed now */
  requireScalable(): void {
    const { name } = this.record;
    if (this.isDeleting) throw new SymphonyError('conflict', `Experiment ${name} is being deleted.`);
    if (!this.#isOver() && this.#state.flags.end === undefined) return;
    throw new SymphonyError('conflict', `Nothing of experiment ${name} runs any more, so it cannot be scaled.`, {
      hint: 'Restart a process first, or launch it again with the number that you want.',
    });
  }

  /** Ends processes that are being removed for good. Rejects if one cannot be ended. */
  async retire(keys: readonly string[]): Promise<void> {
    this.#isScaling = true;
    this.#retired = new Set(keys);
    // Else the rules would judge the removed processes as if they had ended by themselves.
    this.#rules.close();
    await this.#intents.stop(keys, 'removed: the experiment is being scaled');
    await this.releaseUnused();
    await this.#state.write();
  }

  /** Undoes `retire`; what has ended stays ended. */
  unretire(): void {
    this.#isScaling = false;
    this.#retired = new Set();
    this.#rules.open();
  }

  /** Whether no step is under way or requested, so that another supervision can take over. */
  get isAtRest(): boolean {
    return !this.#queue.isBusy && this.#restarting === 0 && !this.#rules.isBusy;
  }

  /** Ends this supervision in favour of another. @returns what is known of the runs */
  handOver(): ExperimentRuntime {
    this.#events.flush();
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
    const keys = this.#rules.prepareLaunch();
    if (keys.length > 0) await this.#queue.start(keys);
  }

  /** Adds a problem to the description of the experiment. */
  noteProblem(error: unknown): void {
    this.#state.note(messageOf(error));
  }

  /** Records that a user asked for other numbers of replicas. @param what in words */
  noteScaling(what: string, by: string | undefined): void {
    const { message } = describeRequest('ScaleRequested', [], by);
    this.#events.record({ reason: 'ScaleRequested', message: `${what}, ${message}` });
  }

  /** Records that a user asked for something. @param by what made the request, in a few words; undefined if unknown */
  noteRequest(reason: string, references: readonly ProcessReference[], by: string | undefined): void {
    this.#events.record(describeRequest(reason, references, by));
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
    this.#rules.close();
    this.#queue.close();
    this.#lifecycle.close();
    this.#notices?.close();
    this.#state.close();
  }

  /** If the disk cannot record a new run, the restart fails before the old run is ended. */
  async #prepareRestart(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#state.set(key, { ...this.#state.get(key), restartsInARow: 0 });
    await this.#state.write().catch((error: unknown) => {
      if (!this.#queue.isDeleting) throw storageError(error, 'Nothing was restarted.');
    });
  }

  /** If the run cannot be ended, it is reported again. */
  #onHang(key: string, reason: string): void {
    if (this.#queue.wantedEnd(key) !== undefined) return;
    const { run } = this.#state.get(key);
    this.#events.record({ reason: 'Hangs', kind: 'warning', message: reason, process: parseProcessKey(key), run });
    this.#intents.stop([key], reason, 'failed').catch((error: unknown) => this.#state.note(messageOf(error)));
  }

  #considerNotices(): void {
    if (!this.isHalfLaunched && !this.isDeleting) this.#notices?.consider();
  }

  #noteFault(fault: string | undefined): void {
    if (fault === undefined) this.#state.setFlags({});
    else this.#state.note(fault);
  }

  #isOver(): boolean {
    return this.#state.where(({ state }) => !isFinal(state)).length === 0;
  }

  #keys(references: readonly ProcessReference[]): string[] {
    const keys = references.map((reference) => {
      const key = processKey(reference);
      if (this.#processes.has(key)) return key;
      throw noProcess(reference, this.record.name, [...this.#processes.values()]);
    });
    return [...new Set(keys)];
  }
}

function isBeingRemoved(key: string): SymphonyError {
  const name = formatProcess(parseProcessKey(key));
  return new SymphonyError('conflict', `Process ${name} is being removed, because its experiment is scaled.`);
}
