import { existsSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { SymphonyError } from '../../engine/errors.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import { formatProcess, isAlive as isAliveState, isFinal, type ProcessReference } from '../../engine/status.ts';
import type { ExperimentSnapshot } from '../../engine/watch.ts';
import { type EndTarget, endProcesses, type Leftover } from './end-processes.ts';
import { ExperimentFolder, processKey } from './experiment-folder.ts';
import { type ExperimentRecord, resolveRecord } from './experiment-record.ts';
import { LogKeeper } from './log-keeper.ts';
import { machineIdentity } from './machine-identity.ts';
import { releasePorts } from './port-registry.ts';
import {
  beginRun,
  describeEnding,
  endRun,
  isSuccess,
  mostRuns,
  notStarted,
  type ProcessRuntime,
  type RunEnding,
} from './process-runtime.ts';
import { type ExperimentRuntime, toSnapshot } from './process-status.ts';
import { isAlive } from './process-table.ts';
import { ReadinessChecker } from './readiness-checker.ts';
import { decideRestart } from './restart-policy.ts';
import { type RunFileName, readRunExit, readRunPid } from './run-files.ts';
import type { RunStarter, RunToStart } from './run-starter.ts';
import { RunWatcher } from './run-watcher.ts';
import { whyNotStartable } from './startability.ts';
import { readRuntime, StateWriter } from './state-file.ts';

/** A run that wrote no pid for so long never came to life. */
const startMilliseconds = 15_000;
/** A keeper writes the exit right after the process has ended. */
const exitMilliseconds = 3_000;
const changeMilliseconds = 20;

export interface ManagedExperimentOptions {
  readonly folder: string;
  readonly record: ExperimentRecord;
  readonly starter: RunStarter;
  /** Called, a little later and once for several, when processes have changed; with their keys. */
  readonly onChange: (experiment: ManagedExperiment, keys: ReadonlySet<string>) => void;
}

/** One experiment of this machine under the supervisor's eyes: its state, and what follows from what happens to it. */
export class ManagedExperiment {
  readonly record: ExperimentRecord;
  readonly resolved: ResolvedExperiment;
  readonly folder: ExperimentFolder;
  readonly #starter: RunStarter;
  readonly #onChange: ManagedExperimentOptions['onChange'];
  readonly #processes: ReadonlyMap<string, ResolvedProcess>;
  readonly #runtimes: Map<string, ProcessRuntime>;
  readonly #backoffs = new Map<string, NodeJS.Timeout>();
  /** Processes that are being ended on purpose, and why. */
  readonly #ending = new Map<string, string | undefined>();
  readonly #readiness = new ReadinessChecker((key) => this.#becomeReady(key));
  readonly #logs = new LogKeeper((path, notice) => this.#note(`${path}: ${notice}`));
  readonly #writer: StateWriter;
  readonly #changed = new Set<string>();
  readonly #waiters = new Set<() => void>();
  readonly #suspects = new Map<string, number>();
  #watcher: RunWatcher | undefined;
  #changeTimer: NodeJS.Timeout | undefined;
  #deleting: boolean;
  #launched: boolean;
  #unsaved = false;
  #reason: string | undefined;
  #notes: string[];

  constructor(options: ManagedExperimentOptions) {
    this.record = options.record;
    this.resolved = resolveRecord(options.record);
    this.folder = new ExperimentFolder(options.folder);
    this.#starter = options.starter;
    this.#onChange = options.onChange;
    this.#processes = new Map(this.resolved.processes.map((process) => [processKey(process), process]));
    const state: ExperimentRuntime = existsSync(this.folder.state)
      ? readRuntime(this.folder, [...this.#processes.keys()])
      : { processes: {}, notes: [] };
    this.#runtimes = new Map([...this.#processes.keys()].map((key) => [key, state.processes[key] ?? notStarted]));
    this.#deleting = state.deleting ?? false;
    this.#launched = state.launched ?? false;
    this.#reason = state.reason;
    this.#notes = [...state.notes];
    this.#writer = new StateWriter(this.folder, () => this.runtime());
  }

  get isDeleting(): boolean {
    return this.#deleting;
  }

  /** Whether a launch broke off before everything was started. */
  get isHalfLaunched(): boolean {
    return !this.#launched;
  }

  /** Whether there is anything to watch over. */
  get isBusy(): boolean {
    return this.#deleting || this.#unsaved || [...this.#runtimes.values()].some(({ state }) => !isFinal(state));
  }

  runtime(): ExperimentRuntime {
    return {
      processes: Object.fromEntries(this.#runtimes),
      ...(this.#deleting ? { deleting: true } : {}),
      ...(this.#launched ? { launched: true } : {}),
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      notes: this.#notes,
    };
  }

  snapshot(): ExperimentSnapshot {
    return toSnapshot(this.record, this.resolved, this.runtime());
  }

  /** Starts everything for the first time. */
  async launch(): Promise<void> {
    this.#watch();
    await this.#start([...this.#processes.keys()]);
    this.#launched = true;
    await this.#writer.write();
  }

  /** Takes over what a supervisor before this one left, or finds that it was lost with the machine's last run. */
  adopt(): void {
    if (this.record.boot !== machineIdentity().boot) {
      for (const [key, runtime] of this.#runtimes) {
        if (isFinal(runtime.state)) continue;
        const reason = 'the machine was restarted while it ran';
        this.#set(key, endRun(runtime, { time: Date.now(), reason }, { state: 'lost', reason }));
      }
      return;
    }
    this.#watch();
    for (const [key, runtime] of this.#runtimes) {
      if (runtime.state === 'backoff') this.#scheduleRestart(key, runtime);
      if (isAliveState(runtime.state)) {
        this.#logs.add(this.#log(key));
        if (runtime.pid !== undefined) this.#checkReadiness(key);
      }
    }
    this.#watcher?.scan();
  }

  /** Looks after what no file tells of: processes whose keeper was killed, writes that failed. Called from time to time. */
  async lookAfter(): Promise<void> {
    if (this.#unsaved) await this.save();
    this.#watcher?.scan();
    const now = Date.now();
    for (const [key, runtime] of this.#runtimes) {
      if (!isAliveState(runtime.state)) continue;
      const { pid, startTime = '' } = runtime;
      const gone = pid === undefined ? this.#sinceStart(runtime, now) > startMilliseconds : !isAlive(pid, startTime);
      if (!gone || readRunExit(this.folder.run(key, runtime.run)) !== undefined) {
        this.#suspects.delete(key);
        continue;
      }
      const since = this.#suspects.get(key) ?? now;
      this.#suspects.set(key, since);
      // Between a process's end and its keeper's word lies a moment; a full disk makes it longer.
      if (now - since < exitMilliseconds) continue;
      this.#suspects.delete(key);
      if (pid === undefined)
        this.#settle(key, { exitCode: 126, time: now, reason: 'it was never started: its keeper died' });
      else this.#lose(key, runtime, now);
    }
  }

  /** Ends processes, and starts their next run. */
  async restart(references: readonly ProcessReference[]): Promise<void> {
    const keys = this.#keys(references);
    await this.#end(keys, 'restarting');
    for (const key of keys) {
      const runtime = this.#get(key);
      this.#set(key, { ...runtime, restarts: runtime.run === 0 ? 0 : runtime.restarts + 1, failuresInARow: 0 });
    }
    await this.#start(keys);
  }

  /** Ends processes and everything they started, for good. */
  async stop(references: readonly ProcessReference[], reason = 'stopped on request'): Promise<void> {
    await this.#end(this.#keys(references), reason);
  }

  /** Ends all of it and removes its folder; gives what could not be ended, in words, in which case the folder stays. */
  async delete(): Promise<readonly string[]> {
    this.#deleting = true;
    this.#touch();
    await this.save();
    const leftovers = await this.#endEverything();
    if (leftovers.length > 0) {
      this.#deleting = false;
      this.#reason = `could not be deleted: ${leftovers.join('; ')}`;
      this.#touch();
      return leftovers;
    }
    await this.#starter.end(this.record);
    this.close();
    await this.#writer.write().catch(() => undefined);
    await rm(this.folder.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    if (this.record.services.length > 0) await releasePorts(this.folder.path);
    return [];
  }

  /** Writes the state, or remembers that it has to be tried again. */
  async save(): Promise<void> {
    try {
      await this.#writer.write();
      this.#unsaved = false;
    } catch {
      this.#unsaved = true;
    }
  }

  /** Ends the watching; what runs goes on. */
  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#readiness.close();
    this.#logs.close();
    clearTimeout(this.#changeTimer);
    for (const timer of this.#backoffs.values()) clearTimeout(timer);
    this.#backoffs.clear();
  }

  async #start(keys: readonly string[]): Promise<void> {
    const now = Date.now();
    const runs: RunToStart[] = [];
    const failures: [string, RunEnding][] = [];
    for (const key of keys) {
      this.#cancelRestart(key);
      const process = this.#process(key);
      this.#set(key, beginRun(this.#get(key), now, this.#logs.size(this.folder.log(key))));
      const { run } = this.#get(key);
      const obstacle = whyNotStartable({
        startDir: process.startDir,
        command: process.command,
        preamble: process.preamble,
        searchPath: typeof process.env.PATH === 'string' ? process.env.PATH : this.record.searchPath,
      });
      if (obstacle !== undefined) failures.push([key, { ...obstacle, time: now }]);
      else
        runs.push({
          process,
          key,
          run,
          launchFile: this.folder.launchFile(key),
          runPath: this.folder.run(key, run),
          logFile: this.folder.log(key),
        });
      this.#forgetOldRun(key, run);
    }
    // A run is on record before it writes: readers of logs rely on it, and so does who comes after a crash.
    await this.#writer.write();
    for (const { key } of runs) this.#logs.add(this.#log(key));
    try {
      if (runs.length > 0) await this.#starter.start(this.record, runs);
    } catch (error) {
      if (!this.#launched) throw error;
      const reason = `cannot be started: ${error instanceof Error ? error.message : String(error)}`;
      for (const { key } of runs) failures.push([key, { exitCode: 126, time: Date.now(), reason }]);
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
    const runtime = this.#runtimes.get(key);
    if (runtime === undefined || runtime.run !== run || !isAliveState(runtime.state)) return;
    const path = this.folder.run(key, run);
    if (runtime.pid === undefined) {
      const pid = readRunPid(path);
      if (pid !== undefined) {
        this.#set(key, { ...runtime, pid: pid.pid, startTime: pid.startTime });
        this.#checkReadiness(key);
      }
    }
    if (kind !== 'exit') return;
    const exit = readRunExit(path);
    if (exit === undefined) return;
    this.#settle(key, exit);
  }

  #checkReadiness(key: string): void {
    const runtime = this.#get(key);
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
    const runtime = this.#get(key);
    if (runtime.state === 'starting') this.#set(key, { ...runtime, state: 'running', ready: true });
  }

  /** A run has ended: on purpose, or by itself, in which case its policy says what follows. */
  #settle(key: string, ending: RunEnding): void {
    const runtime = this.#get(key);
    if (!isAliveState(runtime.state)) return;
    this.#readiness.remove(key);
    this.#logs.look(this.folder.log(key));
    if (this.#ending.has(key)) {
      this.#set(key, endRun(runtime, ending, { state: 'stopped', reason: this.#ending.get(key) }));
      return;
    }
    const process = this.#process(key);
    const seconds = this.#sinceStart(runtime, ending.time) / 1000;
    const succeeded = isSuccess(ending);
    const { restarts, failuresInARow } = runtime;
    const decision = decideRestart(process.restart, process.maxRestarts, {
      succeeded,
      seconds,
      restarts,
      failuresInARow,
    });
    const why = describeEnding(ending);
    if (decision.restart) {
      const until = new Date(Date.now() + decision.delaySeconds * 1000).toISOString();
      const next = endRun({ ...runtime, failuresInARow: decision.failuresInARow }, ending, {
        state: 'backoff',
        reason: why,
        until,
      });
      this.#set(key, next);
      this.#scheduleRestart(key, next);
      return;
    }
    const reason = decision.exhausted
      ? `${why}; not started again after ${restarts} restarts`
      : succeeded
        ? undefined
        : why;
    this.#set(key, endRun(runtime, ending, { state: succeeded ? 'succeeded' : 'failed', reason }));
    if (!succeeded) this.#onFailed(key);
  }

  #lose(key: string, runtime: ProcessRuntime, time: number): void {
    const reason = 'its keeper was killed, so nobody knows how it ended';
    this.#readiness.remove(key);
    this.#set(key, endRun(runtime, { time, reason }, { state: this.#ending.has(key) ? 'stopped' : 'lost', reason }));
    if (!this.#ending.has(key)) this.#onFailed(key);
  }

  #onFailed(key: string): void {
    if (this.resolved.onFailure !== 'stop' || this.#deleting) return;
    const others = [...this.#runtimes]
      .filter(([other, { state }]) => other !== key && !isFinal(state))
      .map(([other]) => other);
    const reason = `stopped, because ${formatProcess(this.#process(key))} failed`;
    this.#end(others, reason).catch((error: unknown) =>
      this.#note(error instanceof Error ? error.message : String(error)),
    );
  }

  #scheduleRestart(key: string, runtime: ProcessRuntime): void {
    const delay = Math.max(0, Date.parse(runtime.until ?? '') - Date.now() || 0);
    const timer = setTimeout(() => {
      this.#backoffs.delete(key);
      const current = this.#get(key);
      this.#set(key, { ...current, restarts: current.restarts + 1 });
      this.#restartByPolicy(key).catch((error: unknown) => {
        // The disk may be full: the process waits for its next turn instead of being forgotten.
        const reason = `cannot be started: ${error instanceof Error ? error.message : String(error)}`;
        this.#settle(key, { exitCode: 126, time: Date.now(), reason });
      });
    }, delay);
    this.#backoffs.set(key, timer);
  }

  /** What the last run left behind may still hold its ports. */
  async #restartByPolicy(key: string): Promise<void> {
    await endProcesses([this.#endTarget(key)]);
    if (this.#get(key).state === 'backoff' && !this.#deleting) await this.#start([key]);
  }

  #cancelRestart(key: string): void {
    clearTimeout(this.#backoffs.get(key));
    this.#backoffs.delete(key);
  }

  /** Ends processes on purpose. Throws, naming it, if something cannot be ended. */
  async #end(keys: readonly string[], reason: string): Promise<void> {
    if (this.#deleting) throw new SymphonyError('conflict', `Experiment ${this.record.name} is being deleted.`);
    const busy = keys.find((key) => this.#ending.has(key));
    if (busy !== undefined)
      throw new SymphonyError('conflict', `Process ${formatProcess(this.#process(busy))} is being ended already.`);
    const leftovers = await this.#endKeys(keys, reason);
    if (leftovers.length > 0) throw new SymphonyError('failed', `Could not be ended: ${leftovers.join('; ')}.`);
  }

  async #endEverything(): Promise<readonly string[]> {
    return this.#endKeys([...this.#processes.keys()], 'deleted');
  }

  async #endKeys(keys: readonly string[], reason: string): Promise<readonly string[]> {
    for (const key of keys) {
      this.#ending.set(key, reason);
      this.#cancelRestart(key);
      const runtime = this.#get(key);
      if (runtime.state === 'backoff' || runtime.state === 'pending') {
        const { until, ...rest } = runtime;
        this.#set(key, { ...rest, state: 'stopped', reason });
      }
    }
    try {
      await this.#untilPidsAreKnown(keys);
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
    const runtime = this.#get(key);
    // The newest run's pid also when it has ended: its group may have outlived it.
    const last =
      runtime.pid === undefined
        ? readRunPid(this.folder.run(key, runtime.run))
        : { pid: runtime.pid, startTime: runtime.startTime ?? '' };
    return {
      mark: { launchId: this.record.launchId, group: process.group ?? '', name: process.name },
      pid: last?.pid,
      startTime: last?.startTime ?? '',
      signal: `SIG${process.stop.signal}`,
      timeout: process.stop.timeout,
    };
  }

  /** A run that has only just been started has no pid yet, and would be missed. */
  #untilPidsAreKnown(keys: readonly string[]): Promise<void> {
    const unknown = (key: string) => isAliveState(this.#get(key).state) && this.#get(key).pid === undefined;
    return this.#until(() => !keys.some(unknown), exitMilliseconds);
  }

  /** The keepers' word on how the runs ended; those of whom none comes are ended all the same. */
  async #untilEnded(keys: readonly string[]): Promise<void> {
    await this.#until(() => !keys.some((key) => isAliveState(this.#get(key).state)), exitMilliseconds);
    for (const key of keys) {
      const runtime = this.#get(key);
      if (isAliveState(runtime.state))
        this.#settle(key, { time: Date.now(), reason: this.#ending.get(key) ?? 'ended' });
    }
  }

  #until(isTrue: () => boolean, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        resolve();
      };
      const check = () => {
        if (isTrue()) done();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiters.add(check);
      this.#watcher?.scan();
      check();
    });
  }

  #sinceStart(runtime: ProcessRuntime, time: number): number {
    return time - Date.parse(runtime.runs.at(-1)?.startedAt ?? '') || 0;
  }

  #log(key: string): { readonly path: string; readonly limit: number } {
    return { path: this.folder.log(key), limit: this.#process(key).logSize };
  }

  #keys(references: readonly ProcessReference[]): string[] {
    return references.map((reference) => {
      const key = processKey(reference);
      if (!this.#processes.has(key)) {
        throw new SymphonyError(
          'not-found',
          `There is no process ${formatProcess(reference)} in experiment ${this.record.name}.`,
        );
      }
      return key;
    });
  }

  #process(key: string): ResolvedProcess {
    return this.#processes.get(key) as ResolvedProcess;
  }

  #get(key: string): ProcessRuntime {
    return this.#runtimes.get(key) ?? notStarted;
  }

  #set(key: string, runtime: ProcessRuntime): void {
    this.#runtimes.set(key, runtime);
    this.#changed.add(key);
    this.#touch();
    for (const check of [...this.#waiters]) check();
  }

  #note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes = [...this.#notes, text].slice(-20);
    this.#touch();
  }

  /** Many changes come together, and are told and written together. */
  #touch(): void {
    this.#changeTimer ??= setTimeout(() => {
      this.#changeTimer = undefined;
      const keys = new Set(this.#changed);
      this.#changed.clear();
      this.#onChange(this, keys);
      void this.save();
    }, changeMilliseconds);
  }
}

function describeLeftovers(process: ResolvedProcess, leftovers: readonly Leftover[]): string {
  const named = leftovers.slice(0, 5).map(({ pid, command, state }) => `${command} (pid ${pid}, state ${state})`);
  return `${formatProcess(process)}: ${named.join(', ')}`;
}
