import { rmSync } from 'node:fs';
import { SymphonyError } from '../../engine/errors.ts';
import type { ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import { formatProcess, isAlive as isAliveState, isFinal } from '../../engine/status.ts';
import { type ExperimentFolder, parseProcessKey } from './experiment-folder.ts';
import type { ExperimentRecord } from './experiment-record.ts';
import type { ExperimentState } from './experiment-state.ts';
import type { FaultBarrier } from './fault-barrier.ts';
import { LogKeeper } from './log-keeper.ts';
import {
  amendRun,
  beginRun,
  describeEnding,
  endRun,
  lacksExitCode,
  mostRuns,
  type ProcessRuntime,
  type RunEnding,
  reopenRun,
} from './process-runtime.ts';
import { isAlive } from './process-table.ts';
import { ReadinessChecker } from './readiness-checker.ts';
import { boundedUntil, RestartSchedule } from './restart-schedule.ts';
import { preventRun, type RunFileName, readRunExit, readRunPid } from './run-files.ts';
import type { RunStarter, RunToStart } from './run-starter.ts';
import { RunWatcher } from './run-watcher.ts';
import { settleRun } from './settle-run.ts';
import { findKeepers, judgeSilence, SilenceClock } from './silent-runs.ts';
import { whyNotStartable } from './startability.ts';
import { storageError } from './storage-error.ts';

/** What could not be tried is tried again after so long, whatever the policy says: it was no run. */
const retryMilliseconds = 5_000;
const keeperWaits = 'it has ended, but its keeper cannot write the exit code yet: is the disk full?';

export interface RunLifecycleOptions {
  readonly record: ExperimentRecord;
  readonly processes: ReadonlyMap<string, ResolvedProcess>;
  readonly folder: ExperimentFolder;
  readonly starter: RunStarter;
  readonly state: ExperimentState;
  /** What happens by itself happens inside it. */
  readonly barrier: FaultBarrier;
  /** Why the run of a process is being ended on purpose; undefined if it is not. */
  readonly reasonOfEnd: (key: string) => string | undefined;
  /** Called when a process has failed or was lost, and is not started again. */
  readonly onFailed: (key: string) => void;
  /** Called when backoffs are over. It must not throw. */
  readonly onRestartDue: (keys: readonly string[]) => Promise<void>;
}

/** The runs of one experiment from their start to their end, as their files tell it. */
export class RunLifecycle {
  readonly #options: RunLifecycleOptions;
  readonly #state: ExperimentState;
  readonly #folder: ExperimentFolder;
  readonly #restarts: RestartSchedule;
  readonly #barrier: FaultBarrier;
  readonly #readiness: ReadinessChecker;
  readonly #logs: LogKeeper;
  readonly #silence = new SilenceClock();
  #watcher: RunWatcher | undefined;

  constructor(options: RunLifecycleOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#folder = options.folder;
    this.#barrier = options.barrier;
    this.#restarts = new RestartSchedule(options.onRestartDue);
    this.#readiness = new ReadinessChecker(options.barrier, (key) => this.#becomeReady(key));
    this.#logs = new LogKeeper(options.barrier, (path, notice) => this.#state.note(`${path}: ${notice}`));
  }

  /** Listens to the files of runs from now on. */
  watch(): void {
    this.#watcher ??= new RunWatcher(this.#folder.runs, (file) => this.#takeIn(file));
  }

  /** The same after the folder of runs was removed and made again. */
  watchAgain(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.watch();
    this.scan();
  }

  /** Takes in what the files of runs tell now. */
  scan(): void {
    this.#watcher?.scan();
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#readiness.close();
    this.#logs.close();
    this.#restarts.close();
  }

  /** Goes on with what a supervisor before this one left. */
  adopt(): void {
    this.watch();
    const now = Date.now();
    for (const key of this.#state.keys) this.#barrier.run(`taking over ${key}`, () => this.#adopt(key, now));
    this.scan();
  }

  #adopt(key: string, now: number): void {
    const runtime = this.#state.get(key);
    if (runtime.state === 'backoff') this.#wait(key, { ...runtime, until: boundedUntil(runtime.until, now) });
    if (!isAliveState(runtime.state)) return;
    this.#keepLog(key);
    if (runtime.pid !== undefined) this.#checkReadiness(key);
  }

  /** Everything that had not ended was lost with the machine's last run. No policy starts it again: that was long ago. */
  loseAll(reason: string): void {
    const time = Date.now();
    for (const key of this.#state.where(({ state }) => !isFinal(state)))
      this.#state.set(key, endRun(this.#state.get(key), { time, reason }, { state: 'lost', reason }));
  }

  /** Starts the next run of each. Gives why some could not be started, by key. */
  async start(keys: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    const now = Date.now();
    const before = keys.map((key) => [key, this.#state.get(key)] as const);
    const runs: RunToStart[] = [];
    const obstacles: [string, Omit<RunEnding, 'time'>][] = [];
    for (const key of keys) {
      this.#restarts.cancel(key);
      const run = this.#begin(key, now);
      const { PATH } = run.process.env;
      const searchPath = typeof PATH === 'string' ? PATH : this.#options.record.searchPath;
      const obstacle = whyNotStartable({ ...run.process, searchPath });
      if (obstacle === undefined) runs.push(run);
      else obstacles.push([key, obstacle]);
    }
    try {
      // A run is on record before it exists: readers of logs rely on it, and so does a supervisor that comes after a crash.
      await this.#state.write();
    } catch (error) {
      for (const [key, runtime] of before) this.postpone(key, runtime, `cannot be started: ${inWords(error)}`);
      return new Map(keys.map((key) => [key, error as Error]));
    }
    for (const { key, run } of runs) {
      this.#keepLog(key);
      this.#forgetOldRun(key, run);
    }
    const errors = await this.#startRuns(runs);
    for (const [key, obstacle] of obstacles) {
      this.settle(key, { ...obstacle, time: now });
      // A launch goes on without it: what else there is may be of use, and its state says why it failed.
      if (this.#state.flags.launched) errors.set(key, cannotStart(key, obstacle.reason));
    }
    return errors;
  }

  /** Tries a start again a little later, whatever the policy. */
  postpone(key: string, runtime: ProcessRuntime, reason: string): void {
    const until = new Date(Date.now() + retryMilliseconds).toISOString();
    const { pid, startTime, ...rest } = runtime;
    this.#wait(key, { ...rest, state: 'backoff', ready: false, reason, until });
  }

  /** Takes back that a process waits for its restart. */
  cancelRestart(key: string): void {
    this.#restarts.cancel(key);
  }

  /** A run has ended: on purpose, or by itself, in which case its policy says what follows. */
  settle(key: string, ending: RunEnding): void {
    if (isAliveState(this.#state.get(key).state)) this.#settle(key, ending);
  }

  /** Looks after what no file tells of: processes whose keepers were killed, or cannot write. Called from time to time. */
  async lookAfter(): Promise<void> {
    this.scan();
    const silent = this.#state.where(({ state }) => isAliveState(state)).filter((key) => this.#isSilent(key));
    const overdue = silent
      .map((key) => ({
        key,
        runPath: this.#runPath(key),
        silentMilliseconds: this.#silence.silentMilliseconds(this.#runPath(key)),
      }))
      .filter(
        ({ key, silentMilliseconds }) =>
          judgeSilence({ hasPid: this.#hasPid(key), hasKeeper: false, silentMilliseconds }) !== 'watch',
      );
    if (overdue.length === 0) return;
    const keepers = await findKeepers(overdue.map(({ runPath }) => runPath));
    for (const { key, runPath, silentMilliseconds } of overdue) {
      // Its keeper may have written the exit, and ended, in the meantime.
      if (this.#runPath(key) !== runPath || !this.#isSilent(key)) continue;
      const hasKeeper = keepers.has(runPath);
      const verdict = judgeSilence({ hasPid: this.#hasPid(key), hasKeeper, silentMilliseconds });
      if (verdict === 'keeper-waits') this.#noteWaitingKeeper(key);
      else if (verdict === 'lost')
        this.settle(key, { time: Date.now(), reason: 'its keeper was killed, so it is not known how it ended' });
      else if (verdict === 'never-started' && (await preventRun(runPath)))
        this.settle(key, { exitCode: 126, time: Date.now(), reason: 'it was never started: its keeper died' });
    }
  }

  #begin(key: string, now: number): RunToStart {
    const logFile = this.#folder.log(key);
    this.#state.set(key, beginRun(this.#state.get(key), now, this.#logs.size(logFile)));
    const { run } = this.#state.get(key);
    return {
      process: this.#process(key),
      key,
      run,
      launchFile: this.#folder.launchFile(key),
      runPath: this.#folder.run(key, run),
      logFile,
    };
  }

  async #startRuns(runs: readonly RunToStart[]): Promise<Map<string, Error>> {
    if (runs.length === 0) return new Map();
    const { starter, record } = this.#options;
    const failed = await starter
      .start(record, runs)
      .catch((error: Error) => new Map(runs.map(({ key }) => [key, error] as const)));
    const errors = new Map<string, Error>();
    for (const { key, runPath } of runs) {
      const error = failed.get(key);
      // Of several that were to be started together, some may have been in spite of the error.
      if (error === undefined || !(await preventRun(runPath))) continue;
      errors.set(key, error);
      this.settle(key, { exitCode: 126, time: Date.now(), reason: `cannot be started: ${error.message}` });
    }
    return errors;
  }

  #forgetOldRun(key: string, run: number): void {
    if (run <= mostRuns) return;
    const old = this.#folder.run(key, run - mostRuns);
    rmSync(`${old}.pid`, { force: true });
    rmSync(`${old}.exit`, { force: true });
  }

  #takeIn(file: RunFileName): void {
    const step = `noting the ${file.kind} of run ${file.run} of ${file.key}`;
    const isNoted = this.#barrier.run(step, () => {
      this.#onRunFile(file);
      return true;
    });
    if (!isNoted && file.kind === 'exit') this.#barrier.run(`ending ${file.key}`, () => this.#loseToFault(file));
  }

  /** A run whose end could not be noted must not look as if it went on. Its exit is tried again at the next look. */
  #loseToFault({ key, run }: RunFileName): void {
    const runtime = this.#state.get(key);
    const exit = readRunExit(this.#folder.run(key, run));
    if (exit === undefined || runtime.run !== run || !isAliveState(runtime.state)) return;
    const reason = `${describeEnding(exit)}, but ${this.#barrier.reason ?? 'supervising it failed'}`;
    this.#state.set(key, endRun(runtime, { time: exit.time, reason }, { state: 'lost', reason }));
  }

  #onRunFile({ key, run, kind }: RunFileName): void {
    const runtime = this.#state.get(key);
    const path = this.#folder.run(key, run);
    if (runtime.run === run && isAliveState(runtime.state) && runtime.pid === undefined) {
      const pid = readRunPid(path);
      if (pid !== undefined) {
        this.#state.set(key, { ...runtime, ...pid });
        this.#checkReadiness(key);
      }
    }
    if (kind === 'exit') this.#onExit(key, run);
  }

  /** What a keeper says holds whenever it comes: also of a run that was given up. */
  #onExit(key: string, run: number): void {
    const runtime = this.#state.get(key);
    const isNewest = runtime.run === run;
    const isUnderWay = isNewest && isAliveState(runtime.state);
    if (!isUnderWay && !lacksExitCode(runtime, run)) return;
    const exit = readRunExit(this.#folder.run(key, run));
    if (exit === undefined) return;
    if (isUnderWay || (isNewest && runtime.state === 'lost')) this.#settle(key, exit);
    else this.#state.set(key, amendRun(runtime, run, exit));
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
      ports: Object.fromEntries(this.#options.record.services.map(({ name, port }) => [name, port])),
      launchFile: this.#folder.launchFile(key),
      logFile: this.#folder.log(key),
      logOffset: runtime.runs.at(-1)?.logOffset ?? 0,
    });
  }

  #becomeReady(key: string): void {
    const runtime = this.#state.get(key);
    if (runtime.state === 'starting') this.#state.set(key, { ...runtime, state: 'running', ready: true });
  }

  #settle(key: string, ending: RunEnding): void {
    this.#readiness.remove(key);
    this.#silence.forget(this.#runPath(key));
    this.#logs.look(this.#folder.log(key));
    const runtime = reopenRun(this.#state.get(key));
    const next = settleRun(this.#process(key), runtime, ending, this.#options.reasonOfEnd(key), Date.now());
    if (next.state === 'backoff') this.#wait(key, next);
    else this.#state.set(key, next);
    if (next.state === 'failed' || next.state === 'lost') this.#options.onFailed(key);
  }

  #wait(key: string, runtime: ProcessRuntime): void {
    this.#state.set(key, runtime);
    this.#restarts.add(key, runtime.until);
  }

  #noteWaitingKeeper(key: string): void {
    const runtime = this.#state.get(key);
    if (runtime.reason === keeperWaits) return;
    this.#readiness.remove(key);
    this.#state.set(key, { ...runtime, ready: false, reason: keeperWaits });
  }

  /** Whether nothing is to be seen of a run that ought to be there, and its keeper said nothing. */
  #isSilent(key: string): boolean {
    const { pid, startTime = '' } = this.#state.get(key);
    const runPath = this.#runPath(key);
    const isSilent = pid === undefined || !isAlive(pid, startTime);
    if (isSilent && isAliveState(this.#state.get(key).state) && readRunExit(runPath) === undefined) return true;
    this.#silence.forget(runPath);
    return false;
  }

  #hasPid(key: string): boolean {
    return this.#state.get(key).pid !== undefined;
  }

  #runPath(key: string): string {
    return this.#folder.run(key, this.#state.get(key).run);
  }

  #keepLog(key: string): void {
    this.#logs.add({ path: this.#folder.log(key), limit: this.#process(key).logSize });
  }

  #process(key: string): ResolvedProcess {
    return this.#options.processes.get(key) as ResolvedProcess;
  }
}

function cannotStart(key: string, reason = 'cannot be started'): SymphonyError {
  return new SymphonyError('failed', `Process ${formatProcess(parseProcessKey(key))} ${reason}.`);
}

function inWords(error: unknown): string {
  return storageError(error, '').message;
}
