import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { SymphonyError } from '../../engine/errors.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import { formatProcess, isAlive as isAliveState, isFinal, type ProcessReference } from '../../engine/status.ts';
import type { ExperimentSnapshot } from '../../engine/watch.ts';
import { type EndTarget, endProcesses, findRunning, type Leftover } from './end-processes.ts';
import { ExperimentFolder, processKey } from './experiment-folder.ts';
import { type ExperimentRecord, resolveRecord, writeRecord } from './experiment-record.ts';
import { ExperimentState } from './experiment-state.ts';
import { LogKeeper } from './log-keeper.ts';
import { assignPorts, releasePorts } from './port-registry.ts';
import { beginRun, endRun, mostRuns, type ProcessRuntime, type RunEnding } from './process-runtime.ts';
import { type ExperimentRuntime, toSnapshot } from './process-status.ts';
import { isAlive } from './process-table.ts';
import { ReadinessChecker } from './readiness-checker.ts';
import { RestartSchedule } from './restart-schedule.ts';
import { type RunFileName, readRunExit, readRunPid } from './run-files.ts';
import type { RunStarter, RunToStart } from './run-starter.ts';
import { RunWatcher } from './run-watcher.ts';
import { millisecondsSinceStart, settleRun } from './settle-run.ts';
import { whyNotStartable } from './startability.ts';

/** A run that wrote no pid for so long never came to life. */
const startMilliseconds = 15_000;
/** A keeper writes the exit right after the process has ended. */
const exitMilliseconds = 3_000;

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
  readonly #processes: ReadonlyMap<string, ResolvedProcess>;
  readonly #state: ExperimentState;
  readonly #restarts = new RestartSchedule((keys) => this.#restartDue(keys));
  /** Processes that are being ended on purpose, and why. */
  readonly #ending = new Map<string, string>();
  readonly #readiness = new ReadinessChecker((key) => this.#becomeReady(key));
  readonly #logs = new LogKeeper((path, notice) => this.#state.note(`${path}: ${notice}`));
  readonly #suspects = new Map<string, number>();
  #watcher: RunWatcher | undefined;
  /** Everything had ended, and its ports went to whoever wants them. */
  #gavePortsBack = false;

  constructor(options: ManagedExperimentOptions) {
    this.record = options.record;
    this.resolved = resolveRecord(options.record);
    this.folder = new ExperimentFolder(options.folder);
    this.#starter = options.starter;
    this.#processes = new Map(this.resolved.processes.map((process) => [processKey(process), process]));
    this.#state = new ExperimentState(this.folder, [...this.#processes.keys()], (keys) => {
      options.onChange(this, keys);
      this.#considerPorts();
    });
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
    return this.isDeleting || this.#state.isUnsaved || !this.#isOver();
  }

  runtime(): ExperimentRuntime {
    return this.#state.runtime();
  }

  snapshot(): ExperimentSnapshot {
    return toSnapshot(this.record, this.resolved, this.runtime());
  }

  /** Starts everything for the first time. */
  async launch(): Promise<void> {
    this.#watch();
    await this.#start(this.#state.keys);
    this.#state.setFlags({ launched: true });
    await this.#state.write();
  }

  /** Takes over what a supervisor before this one left, or finds that it was lost with the machine's last run. */
  adopt({ afterReboot }: { readonly afterReboot: boolean }): void {
    if (afterReboot) {
      const reason = 'the machine was restarted while it ran';
      for (const key of this.#state.where(({ state }) => !isFinal(state))) this.#lose(key, Date.now(), reason);
    }
    this.#gavePortsBack = this.#isOver();
    this.#watch();
    for (const key of this.#state.keys) {
      const { state, pid } = this.#state.get(key);
      if (state === 'backoff') this.#restarts.add(key, this.#state.get(key).until);
      if (!isAliveState(state)) continue;
      this.#keepLog(key);
      if (pid !== undefined) this.#checkReadiness(key);
    }
    this.#watcher?.scan();
  }

  /** Looks after what no file tells of: processes whose keeper was killed, writes that failed. Called from time to time. */
  async lookAfter(): Promise<void> {
    if (this.#state.isUnsaved) await this.save();
    this.#watcher?.scan();
    const now = Date.now();
    for (const key of this.#state.where(({ state }) => isAliveState(state))) {
      const runtime = this.#state.get(key);
      if (!this.#seemsGone(key, runtime, now)) {
        this.#suspects.delete(key);
        continue;
      }
      const since = this.#suspects.get(key) ?? now;
      this.#suspects.set(key, since);
      // Between a process's end and its keeper's word lies a moment; a full disk makes it longer.
      if (now - since < exitMilliseconds) continue;
      this.#suspects.delete(key);
      if (runtime.pid === undefined)
        this.#settle(key, { exitCode: 126, time: now, reason: 'it was never started: its keeper died' });
      else this.#lose(key, now, 'its keeper was killed, so nobody knows how it ended');
    }
  }

  /** Ends processes, and starts their next run. */
  async restart(references: readonly ProcessReference[]): Promise<void> {
    const keys = this.#keys(references);
    await this.#end(keys, 'restarting');
    await this.#claimPorts();
    for (const key of keys) this.#state.set(key, { ...this.#state.get(key), restartsInARow: 0 });
    await this.#start(keys);
  }

  /** Ends processes and everything they started, for good. */
  async stop(references: readonly ProcessReference[]): Promise<void> {
    await this.#end(this.#keys(references), 'stopped on request');
  }

  /** Ends all of it and removes its folder; gives what could not be ended, in words, in which case the folder stays. */
  async delete(): Promise<readonly string[]> {
    this.#state.setFlags({ deleting: true });
    await this.save();
    let leftovers = await this.#endKeys(this.#state.keys, 'deleted');
    if (leftovers.length === 0) leftovers = await this.#endStarter();
    if (leftovers.length > 0) {
      this.#state.setFlags({ deleting: false, reason: `could not be deleted: ${leftovers.join('; ')}` });
      return leftovers;
    }
    this.close();
    // A write under way would bring the folder back.
    await this.save();
    await rm(this.folder.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    if (this.record.services.length > 0) await releasePorts(this.folder.path);
    return [];
  }

  async #endStarter(): Promise<readonly string[]> {
    try {
      await this.#starter.end(this.record);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
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
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#readiness.close();
    this.#logs.close();
    this.#state.close();
    this.#restarts.close();
  }

  async #start(keys: readonly string[]): Promise<void> {
    const now = Date.now();
    const runs: RunToStart[] = [];
    const failures: [string, RunEnding][] = [];
    for (const key of keys) {
      this.#restarts.cancel(key);
      const process = this.#process(key);
      const logFile = this.folder.log(key);
      this.#state.set(key, beginRun(this.#state.get(key), now, this.#logs.size(logFile)));
      const { run } = this.#state.get(key);
      const { PATH } = process.env;
      const searchPath = typeof PATH === 'string' ? PATH : this.record.searchPath;
      const obstacle = whyNotStartable({ ...process, searchPath });
      if (obstacle !== undefined) failures.push([key, { ...obstacle, time: now }]);
      else
        runs.push({
          process,
          key,
          run,
          launchFile: this.folder.launchFile(key),
          runPath: this.folder.run(key, run),
          logFile,
        });
      this.#forgetOldRun(key, run);
    }
    // A run is on record before it writes: readers of logs rely on it, and so does who comes after a crash.
    await this.#state.write();
    for (const { key } of runs) this.#keepLog(key);
    try {
      if (runs.length > 0) await this.#starter.start(this.record, runs);
    } catch (error) {
      if (this.isHalfLaunched) throw error;
      for (const { key } of runs) failures.push([key, cannotStart(error)]);
    }
    for (const [key, ending] of failures) this.#settle(key, ending);
  }

  #forgetOldRun(key: string, run: number): void {
    if (run <= mostRuns) return;
    const old = this.folder.run(key, run - mostRuns);
    rmSync(`${old}.pid`, { force: true });
    rmSync(`${old}.exit`, { force: true });
  }

  #watch(): void {
    this.#watcher = new RunWatcher(this.folder.runs, (file) => this.#onRunFile(file));
  }

  #onRunFile({ key, run, kind }: RunFileName): void {
    const runtime = this.#state.get(key);
    if (runtime.run !== run || !isAliveState(runtime.state)) return;
    const path = this.folder.run(key, run);
    if (runtime.pid === undefined) {
      const pid = readRunPid(path);
      if (pid !== undefined) {
        this.#state.set(key, { ...runtime, ...pid });
        this.#checkReadiness(key);
      }
    }
    const exit = kind === 'exit' ? readRunExit(path) : undefined;
    if (exit !== undefined) this.#settle(key, exit);
  }

  #checkReadiness(key: string): void {
    const runtime = this.#state.get(key);
    const process = this.#process(key);
    if (runtime.state !== 'starting') return;
    if (process.ready.kind === 'started') {
      this.#becomeReady(key);
      return;
    }
    this.#readiness.add(key, {
      process,
      ports: Object.fromEntries(this.record.services.map(({ name, port }) => [name, port])),
      launchFile: this.folder.launchFile(key),
      logFile: this.folder.log(key),
      logOffset: runtime.runs.at(-1)?.logOffset ?? 0,
    });
  }

  #becomeReady(key: string): void {
    const runtime = this.#state.get(key);
    if (runtime.state === 'starting') this.#state.set(key, { ...runtime, state: 'running', ready: true });
  }

  /** A run has ended: on purpose, or by itself, in which case its policy says what follows. */
  #settle(key: string, ending: RunEnding): void {
    const runtime = this.#state.get(key);
    if (!isAliveState(runtime.state)) return;
    this.#readiness.remove(key);
    this.#logs.look(this.folder.log(key));
    const next = settleRun(this.#process(key), runtime, ending, this.#ending.get(key), Date.now());
    this.#state.set(key, next);
    if (next.state === 'backoff') this.#restarts.add(key, this.#state.get(key).until);
    if (next.state === 'failed') this.#onFailed(key);
  }

  #lose(key: string, time: number, reason: string): void {
    this.#readiness.remove(key);
    const wanted = this.#ending.has(key);
    this.#state.set(
      key,
      endRun(this.#state.get(key), { time, reason }, { state: wanted ? 'stopped' : 'lost', reason }),
    );
    if (!wanted) this.#onFailed(key);
  }

  #onFailed(key: string): void {
    if (this.resolved.onFailure !== 'stop' || this.isDeleting) return;
    const others = this.#state
      .where(({ state }) => !isFinal(state))
      .filter((other) => other !== key && !this.#ending.has(other));
    this.#end(others, `stopped, because ${formatProcess(this.#process(key))} failed`).catch((error: unknown) =>
      this.#state.note(messageOf(error)),
    );
  }

  /** One look at this machine's processes serves all that come due together. */
  async #restartDue(keys: readonly string[]): Promise<void> {
    const targets = new Map(keys.map((key) => [key, this.#endTarget(key)]));
    const running = await findRunning([...targets.values()]);
    await this.#restartByPolicy(keys.filter((key) => !running.has(targets.get(key) as EndTarget)));
    // What the last run left behind may still hold its ports; ending that takes its time, and the others need not wait.
    for (const [key, target] of targets) {
      if (running.has(target)) void endProcesses([target]).then(() => this.#restartByPolicy([key]));
    }
  }

  async #restartByPolicy(keys: readonly string[]): Promise<void> {
    const waiting = keys.filter((key) => this.#state.get(key).state === 'backoff' && !this.isDeleting);
    if (waiting.length === 0) return;
    try {
      await this.#start(waiting);
    } catch (error) {
      // A full disk, say: they wait for their next turn instead of being forgotten.
      for (const key of waiting) this.#settle(key, cannotStart(error));
    }
  }

  /** Ends processes on purpose. Throws, naming it, if something cannot be ended. */
  async #end(keys: readonly string[], reason: string): Promise<void> {
    if (this.isDeleting) throw new SymphonyError('conflict', `Experiment ${this.record.name} is being deleted.`);
    const busy = keys.find((key) => this.#ending.has(key));
    if (busy !== undefined) {
      throw new SymphonyError('conflict', `Process ${formatProcess(this.#process(busy))} is being ended already.`);
    }
    const leftovers = await this.#endKeys(keys, reason);
    if (leftovers.length > 0) throw new SymphonyError('failed', `Could not be ended: ${leftovers.join('; ')}.`);
  }

  async #endKeys(keys: readonly string[], reason: string): Promise<readonly string[]> {
    for (const key of keys) {
      this.#ending.set(key, reason);
      this.#restarts.cancel(key);
      const { until, ...runtime } = this.#state.get(key);
      if (runtime.state === 'backoff' || runtime.state === 'pending')
        this.#state.set(key, { ...runtime, state: 'stopped', reason });
    }
    try {
      // A run that has only just been started has no pid yet, and would be missed.
      await this.#until(keys, ({ state, pid }) => !isAliveState(state) || pid !== undefined);
      const targets = keys.map((key) => [key, this.#endTarget(key)] as const);
      const left = await endProcesses(targets.map(([, target]) => target));
      const stuck = targets.filter(([, target]) => (left.get(target) ?? []).length > 0);
      await this.#untilEnded(keys.filter((key) => !stuck.some(([other]) => other === key)));
      return stuck.map(([key, target]) => describeLeftovers(this.#process(key), left.get(target) ?? []));
    } finally {
      for (const key of keys) this.#ending.delete(key);
    }
  }

  #endTarget(key: string): EndTarget {
    const process = this.#process(key);
    const { pid, startTime = '', run } = this.#state.get(key);
    // The newest run's pid also when it has ended: its group may have outlived it.
    const last = pid === undefined ? readRunPid(this.folder.run(key, run)) : { pid, startTime };
    return {
      mark: { launchId: this.record.launchId, group: process.group ?? '', name: process.name },
      pid: last?.pid,
      startTime: last?.startTime ?? '',
      signal: `SIG${process.stop.signal}`,
      timeout: process.stop.timeout,
    };
  }

  /** The keepers' word on how the runs ended; those of whom none comes are ended all the same. */
  async #untilEnded(keys: readonly string[]): Promise<void> {
    await this.#until(keys, ({ state }) => !isAliveState(state));
    for (const key of keys) this.#settle(key, { time: Date.now(), reason: this.#ending.get(key) ?? 'ended' });
  }

  #until(keys: readonly string[], isTrue: (runtime: ProcessRuntime) => boolean): Promise<void> {
    this.#watcher?.scan();
    return this.#state.until(() => keys.every((key) => isTrue(this.#state.get(key))), exitMilliseconds);
  }

  #isOver(): boolean {
    return this.#state.where(({ state }) => !isFinal(state)).length === 0;
  }

  /** Whether nothing is to be seen of a run that ought to be there, and its keeper said nothing. */
  #seemsGone(key: string, { pid, startTime = '', run }: ProcessRuntime, now: number): boolean {
    const late = millisecondsSinceStart(this.#state.get(key), now) > startMilliseconds;
    const gone = pid === undefined ? late : !isAlive(pid, startTime);
    return gone && readRunExit(this.folder.run(key, run)) === undefined;
  }

  /** Only what runs holds ports. */
  #considerPorts(): void {
    if (this.record.services.length === 0) return;
    if (this.#gavePortsBack || this.isDeleting || this.isHalfLaunched || !this.#isOver()) return;
    this.#gavePortsBack = true;
    releasePorts(this.folder.path).catch((error: unknown) => this.#state.note(messageOf(error)));
  }

  /** The ports that it was given at its launch, again; throws if somebody else has one by now. */
  async #claimPorts(): Promise<void> {
    if (!this.#gavePortsBack) return;
    const services = this.record.services.map((service) => ({ ...service, wantedPort: service.port }));
    await assignPorts({ experiment: this.record.name, folder: this.folder.path }, services, this.resolved.portRange);
    this.#gavePortsBack = false;
  }

  #keepLog(key: string): void {
    this.#logs.add({ path: this.folder.log(key), limit: this.#process(key).logSize });
  }

  #keys(references: readonly ProcessReference[]): string[] {
    return references.map((reference) => {
      const key = processKey(reference);
      if (this.#processes.has(key)) return key;
      const what = `There is no process ${formatProcess(reference)} in experiment ${this.record.name}.`;
      throw new SymphonyError('not-found', what);
    });
  }

  #process(key: string): ResolvedProcess {
    return this.#processes.get(key) as ResolvedProcess;
  }
}

function cannotStart(error: unknown): RunEnding {
  return { exitCode: 126, time: Date.now(), reason: `cannot be started: ${messageOf(error)}` };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describeLeftovers(process: ResolvedProcess, leftovers: readonly Leftover[]): string {
  const named = leftovers.slice(0, 5).map(({ pid, command, state }) => `${command} (pid ${pid}, state ${state})`);
  return `${formatProcess(process)}: ${named.join(', ')}`;
}
