import { isAlive, isFinal } from '../../../engine/contract/status.ts';
import { nextRuntime } from '../../../engine/rules/next-runtime.ts';
import {
  amendRun,
  describeEnding,
  endRun,
  lacksExitCode,
  type ProcessRuntime,
  type RunEnding,
  reopenRun,
} from '../../../engine/rules/process-runtime.ts';
import { boundedUntil } from '../../../engine/rules/restart-policy.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { RunsContext } from '../experiment/runs-context.ts';
import { LogTrimmer } from '../keeper/logs/log-trimmer.ts';
import { ReadinessChecker } from '../keeper/readiness/readiness-checker.ts';
import { type RunFileName, readRunExit, readRunPid } from '../keeper/runs/run-files.ts';
import { RunWatcher } from '../keeper/runs/run-watcher.ts';
import { SilentRuns } from '../keeper/runs/silent-runs.ts';
import type { ExperimentFolder } from '../records/experiment-folder.ts';
import type { ExperimentState } from '../records/experiment-state.ts';
import type { FaultBarrier } from './fault-barrier.ts';
import { RestartSchedule } from './restart-schedule.ts';

/**
 * A start that could not be attempted is retried after this time, independent of the restart policy, because it was not
 * a run.
 */
const retryMilliseconds = 5_000;
const keeperWaits = 'it has ended, but its keeper cannot write the exit code yet: is the disk full?';

export interface RunLifecycleOptions extends RunsContext {
  /** Runs callbacks and timers. */
  readonly barrier: FaultBarrier;
  /** Called when a process has failed or was lost, and is not restarted. */
  readonly onFailed: (key: string) => void;
  /** Called when backoffs are over. It must not throw. */
  readonly onRestartDue: (keys: readonly string[]) => Promise<void>;
}

/** Follows the runs of one experiment from start to end, as reported by their files. */
export class RunLifecycle {
  readonly #options: RunLifecycleOptions;
  readonly #state: ExperimentState;
  readonly #folder: ExperimentFolder;
  readonly #restarts: RestartSchedule;
  readonly #barrier: FaultBarrier;
  readonly #readiness: ReadinessChecker;
  readonly #logs: LogTrimmer;
  readonly #silentRuns: SilentRuns;
  /** Runs that an earlier supervisor recorded and may not have started. */
  readonly #adoptedStarts = new Map<string, number>();
  #watcher: RunWatcher | undefined;

  constructor(options: RunLifecycleOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#folder = options.folder;
    this.#barrier = options.barrier;
    this.#restarts = new RestartSchedule(options.onRestartDue);
    this.#silentRuns = new SilentRuns({
      ...options,
      onKeeperWaits: (key) => this.#noteWaitingKeeper(key),
      onNeverStarted: (key) => this.#onNeverStarted(key),
      onEnded: (key, ending) => this.settle(key, ending),
    });
    this.#readiness = new ReadinessChecker(options.barrier, {
      onReady: (key) => this.#becomeReady(key),
      onWaiting: (key, reason) => this.#noteWaiting(key, reason),
    });
    this.#logs = new LogTrimmer(options.barrier, (path, notice) => this.#state.note(`${path}: ${notice}`));
  }

  /** Starts watching the files of runs. */
  watch(): void {
    this.#watcher ??= new RunWatcher(this.#folder.runs, (file) => this.#onRunFileSafely(file));
  }

  /** Restarts watching after the folder of runs was recreated. */
  watchAgain(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.watch();
    this.scan();
  }

  /** Processes the files of runs that exist now. */
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

  /** Adopts the runs of an earlier supervisor. */
  adopt(): void {
    this.watch();
    const now = Date.now();
    for (const key of this.#state.keys) this.#barrier.run(`taking over ${key}`, () => this.#adopt(key, now));
    this.scan();
  }

  #adopt(key: string, now: number): void {
    const runtime = this.#state.get(key);
    if (runtime.state === 'backoff') this.#wait(key, { ...runtime, until: boundedUntil(runtime.until, now) });
    if (!isAlive(runtime.state)) return;
    this.trimLog(key);
    if (runtime.pid !== undefined) this.#checkReadiness(key);
    else this.#adoptedStarts.set(key, runtime.run);
    this.#silentRuns.watch(key);
  }

  /**
   * Marks everything that had not ended as lost in a restart of the machine. No policy restarts it, because that may be
   * long ago.
   */
  markAllLost(reason: string): void {
    const time = Date.now();
    for (const key of this.#state.where(({ state }) => !isFinal(state)))
      this.#state.set(key, endRun(this.#state.get(key), { time, reason }, { state: 'lost', reason }));
  }

  /** Retries a start a little later, independent of the restart policy. */
  postpone(key: string, runtime: ProcessRuntime, reason: string): void {
    const until = new Date(Date.now() + retryMilliseconds).toISOString();
    const { pid, startTime, ...rest } = runtime;
    this.#wait(key, { ...rest, state: 'backoff', ready: false, reason, until });
  }

  /** Cancels the scheduled restart of a process. */
  cancelRestart(key: string): void {
    this.#restarts.cancel(key);
  }

  /** Records the end of a run. If it ended on its own, the restart policy determines the next state. */
  settle(key: string, ending: RunEnding): void {
    if (isAlive(this.#state.get(key).state)) this.#settle(key, ending);
  }

  /** Checks periodically for what no file reports. */
  async poll(): Promise<void> {
    this.scan();
    await this.#silentRuns.look();
  }

  /** Starts trimming the log of a process to its limit. */
  trimLog(key: string): void {
    this.#logs.add({ path: this.#folder.log(key), limit: this.#process(key).logSize });
  }

  /** Number of bytes a process has written to its log so far. */
  logSize(key: string): number {
    return this.#logs.size(this.#folder.log(key));
  }

  #onRunFileSafely(file: RunFileName): void {
    const step = `noting the ${file.kind} of run ${file.run} of ${file.key}`;
    const isNoted = this.#barrier.run(step, () => {
      this.#onRunFile(file);
      return true;
    });
    if (!isNoted && file.kind === 'exit') this.#barrier.run(`ending ${file.key}`, () => this.#markLostByFault(file));
  }

  /** A run whose end could not be processed must not appear to be running. The next scan tries again. */
  #markLostByFault({ key, run }: RunFileName): void {
    const runtime = this.#state.get(key);
    const exit = readRunExit(this.#folder.run(key, run));
    if (exit === undefined || runtime.run !== run || !isAlive(runtime.state)) return;
    const reason = `${describeEnding(exit)}, but ${this.#barrier.reason ?? 'supervising it failed'}`;
    this.#state.set(key, endRun(runtime, { time: exit.time, reason }, { state: 'lost', reason }));
  }

  #onRunFile({ key, run, kind }: RunFileName): void {
    const runtime = this.#state.get(key);
    const path = this.#folder.run(key, run);
    if (runtime.run === run && isAlive(runtime.state) && runtime.pid === undefined) {
      const pid = readRunPid(path);
      if (pid !== undefined) {
        this.#state.set(key, { ...runtime, ...pid });
        this.#checkReadiness(key);
      }
    }
    if (kind === 'exit') this.#onExit(key, run);
  }

  /** An exit status written by a keeper is accepted at any time, also for a run that was given up. */
  #onExit(key: string, run: number): void {
    const runtime = this.#state.get(key);
    const isNewest = runtime.run === run;
    const isUnderWay = isNewest && isAlive(runtime.state);
    if (!isUnderWay && !lacksExitCode(runtime, run)) return;
    const exit = readRunExit(this.#folder.run(key, run));
    if (exit === undefined) return;
    if (isUnderWay || (isNewest && runtime.state === 'lost')) this.#settle(key, exit);
    else this.#state.set(key, amendRun(runtime, run, exit));
  }

  #checkReadiness(key: string): void {
    const runtime = this.#state.get(key);
    const resolvedProcess = this.#process(key);
    if (runtime.state !== 'starting') return;
    if (resolvedProcess.ready.kind === 'started') {
      this.#becomeReady(key);
      return;
    }
    this.#readiness.add(key, {
      process: resolvedProcess,
      mark: { launchId: this.#options.record.launchId, group: resolvedProcess.group ?? '', name: resolvedProcess.name },
      pid: runtime.pid,
      startTime: runtime.startTime ?? '',
      services: this.#options.record.services,
      launchFile: this.#folder.launchFile(key),
      logFile: this.#folder.log(key),
      logOffset: runtime.runs.at(-1)?.logOffset ?? 0,
    });
  }

  #becomeReady(key: string): void {
    const { reason, ...runtime } = this.#state.get(key);
    if (runtime.state === 'starting') this.#state.set(key, { ...runtime, state: 'running', ready: true });
  }

  #noteWaiting(key: string, reason: string): void {
    const runtime = this.#state.get(key);
    if (runtime.state === 'starting' && runtime.reason !== reason) this.#state.set(key, { ...runtime, reason });
  }

  #settle(key: string, ending: RunEnding): void {
    this.#readiness.remove(key);
    this.#logs.look(this.#folder.log(key));
    const runtime = reopenRun(this.#state.get(key));
    const wanted = this.#options.wantedEnd(key);
    const next = nextRuntime(this.#process(key), runtime, ending, wanted, Date.now());
    // A process that was ended for a restart is started by that restart.
    if (next.state === 'backoff' && wanted === undefined) this.#wait(key, next);
    else this.#state.set(key, next);
    if (next.state === 'failed' || next.state === 'lost') this.#options.onFailed(key);
  }

  #wait(key: string, runtime: ProcessRuntime): void {
    this.#state.set(key, runtime);
    this.#restarts.add(key, runtime.until);
  }

  #onNeverStarted(key: string): void {
    const runtime = this.#state.get(key);
    if (this.#adoptedStarts.get(key) === runtime.run) {
      const reason = 'its start was interrupted';
      this.postpone(key, endRun(runtime, { time: Date.now(), reason }, { state: 'backoff', reason }), reason);
    } else this.settle(key, { exitCode: 126, time: Date.now(), reason: 'it was never started: its keeper died' });
  }

  #noteWaitingKeeper(key: string): void {
    const runtime = this.#state.get(key);
    if (runtime.reason === keeperWaits) return;
    this.#readiness.remove(key);
    this.#state.set(key, { ...runtime, ready: false, reason: keeperWaits });
  }

  #process(key: string): ResolvedProcess {
    return this.#options.processes.get(key) as ResolvedProcess;
  }
}
