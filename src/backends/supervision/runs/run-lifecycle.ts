import { isAlive, isFinal } from '../../../engine/contract/status.ts';
import { nextRuntime } from '../../../engine/rules/next-runtime.ts';
import {
  amendRun,
  endRun,
  hasStarted,
  noteReached,
  type ProcessRuntime,
  postponeRun,
  type RunEnding,
  type RunIdentity,
  reopenRun,
} from '../../../engine/rules/process-runtime.ts';
import { isReadyAtStart } from '../../../engine/rules/ready-at-start.ts';
import { judgeReportedEnd } from '../../../engine/rules/reported-end.ts';
import { boundedUntil } from '../../../engine/rules/restart-policy.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { describeEnding } from '../../../engine/text/describe-ending.ts';
import { describeNeverStarted } from '../../../engine/text/describe-rules.ts';
import type { ExperimentState } from '../records/experiment-state.ts';
import type { FaultBarrier } from './fault-barrier.ts';
import { RestartSchedule } from './restart-schedule.ts';
import type { ExperimentRunner, Runner, RunReports } from './runner.ts';
import type { RunsContext } from './runs-context.ts';

/**
 * A start that could not be attempted is retried after this time, independent of the restart policy, because it was not
 * a run.
 */
const retryMilliseconds = 5_000;

export interface RunLifecycleOptions extends RunsContext {
  readonly runner: Runner;
  /** The experiment's folder. */
  readonly folder: string;
  /** Runs callbacks and timers. */
  readonly barrier: FaultBarrier;
  /** Whether the next run of a process is being started. */
  readonly isStarting: (key: string) => boolean;
  /** Called with why a run hangs, in words: it is to be ended, as failed. */
  readonly onHang: (key: string, reason: string) => void;
  /** Called when backoffs are over. It must not throw. */
  readonly onRestartDue: (keys: readonly string[]) => Promise<void>;
}

/** Follows the runs of one experiment from start to end, as its runner reports them. */
export class RunLifecycle {
  readonly runner: ExperimentRunner;
  readonly #options: RunLifecycleOptions;
  readonly #state: ExperimentState;
  readonly #barrier: FaultBarrier;
  readonly #restarts: RestartSchedule;
  /** Runs that an earlier supervisor recorded and may not have started. */
  readonly #adoptedStarts = new Map<string, number>();

  constructor(options: RunLifecycleOptions) {
    const { record, processes, folder, state, barrier, isStarting } = options;
    this.#options = options;
    this.#state = state;
    this.#barrier = barrier;
    this.#restarts = new RestartSchedule(options.onRestartDue);
    this.runner = options.runner.open({
      record,
      processes,
      folder,
      runtime: (key) => state.get(key),
      isStarting,
      until: (condition, milliseconds) => state.until(condition, milliseconds),
      barrier,
      reports: this.#reports(),
    });
  }

  close(): void {
    this.runner.close();
    this.#restarts.close();
  }

  /** Adopts the runs of an earlier supervisor. */
  adopt(): void {
    this.runner.observe();
    const now = Date.now();
    for (const key of this.#state.keys) this.#barrier.run(`taking over ${key}`, () => this.#adopt(key, now));
    this.runner.adopt(this.#state.where(({ state }) => isAlive(state)));
  }

  /**
   * Marks everything that had not ended as lost in a restart of the machine. No rule starts it, because that may be long
   * ago.
   */
  markAllLost(): void {
    const reason = 'the machine was restarted while it ran';
    const time = Date.now();
    for (const key of this.#state.where(({ state }) => !isFinal(state))) {
      const runtime = this.#state.get(key);
      if (runtime.state === 'pending')
        this.#state.set(key, {
          ...runtime,
          state: 'stopped',
          reason: describeNeverStarted('the machine was restarted'),
        });
      else this.#state.set(key, endRun(runtime, { time, reason }, { state: 'lost', reason }));
    }
  }

  /**
   * Retries a start a little later, independent of the restart policy. A process whose start is postponed again is
   * blocked.
   */
  postpone(key: string, runtime: ProcessRuntime, reason: string): void {
    const until = new Date(Date.now() + retryMilliseconds).toISOString();
    this.#wait(key, postponeRun(runtime, reason, until));
  }

  /** Cancels the scheduled restart of a process. */
  cancelRestart(key: string): void {
    this.#restarts.cancel(key);
  }

  /** Records the end of a run. If it ended on its own, the restart policy determines the next state. */
  settle(key: string, ending: RunEnding): void {
    if (isAlive(this.#state.get(key).state)) this.#settle(key, ending);
  }

  #adopt(key: string, now: number): void {
    const runtime = this.#state.get(key);
    if (runtime.state === 'backoff') this.#wait(key, { ...runtime, until: boundedUntil(runtime.until, now) });
    if (!isAlive(runtime.state)) return;
    if (hasStarted(runtime)) this.#considerStarted(key);
    else this.#adoptedStarts.set(key, runtime.run);
  }

  #reports(): RunReports {
    return {
      started: (key, run, identity) => {
        this.#barrier.run(`noting the start of run ${run} of ${key}`, () => this.#onStarted(key, run, identity));
      },
      ready: (key) => {
        this.#barrier.run(`noting that ${key} is ready`, () => this.#becomeReady(key));
      },
      waiting: (key, reason, isBlocked) => this.#noteWaiting(key, reason, isBlocked),
      ended: (key, run, ending) => this.#onEndedSafely(key, run, ending),
      neverStarted: (key, run, reason) => this.#onNeverStarted(key, run, reason),
      unclear: (key, reason) => this.#noteUnclear(key, reason),
      clear: (key) => this.#noteClear(key),
      hangs: (key, run, reason) => {
        this.#barrier.run(`ending ${key}, which hangs`, () => this.#onHang(key, run, reason));
      },
      note: (text) => this.#state.note(text),
    };
  }

  #onStarted(key: string, run: number, identity: RunIdentity): void {
    const runtime = this.#state.get(key);
    if (runtime.run !== run || !isAlive(runtime.state) || hasStarted(runtime)) return;
    this.#state.set(key, noteReached({ ...runtime, ...identity }, 'started'));
    this.#considerStarted(key);
  }

  #considerStarted(key: string): void {
    if (isReadyAtStart(this.#process(key))) this.#becomeReady(key);
  }

  #onEndedSafely(key: string, run: number, ending: RunEnding): void {
    const isNoted = this.#barrier.run(`noting the exit of run ${run} of ${key}`, () => {
      this.#onEnded(key, run, ending);
      return true;
    });
    if (!isNoted) this.#barrier.run(`ending ${key}`, () => this.#markLostByFault(key, run, ending));
  }

  #onEnded(key: string, run: number, ending: RunEnding): void {
    const runtime = this.#state.get(key);
    const verdict = judgeReportedEnd(runtime, run, ending);
    if (verdict === 'settle') {
      this.#state.set(key, noteReached(runtime, 'started'));
      this.#settle(key, ending);
    } else if (verdict === 'amend') this.#state.set(key, amendRun(runtime, run, ending));
  }

  /** A run whose end could not be processed must not appear to be running. The next report of it tries again. */
  #markLostByFault(key: string, run: number, ending: RunEnding): void {
    const runtime = this.#state.get(key);
    if (runtime.run !== run || !isAlive(runtime.state)) return;
    const reason = `${describeEnding(ending)}, but ${this.#barrier.reason ?? 'supervising it failed'}`;
    this.#state.set(key, endRun(runtime, { time: ending.time, reason }, { state: 'lost', reason }));
  }

  #becomeReady(key: string): void {
    const { reason, blocked, ...runtime } = this.#state.get(key);
    if (runtime.state === 'starting')
      this.#state.set(key, noteReached({ ...runtime, state: 'running', ready: true }, 'ready'));
  }

  #noteWaiting(key: string, reason: string, isBlocked: boolean): void {
    const { blocked, ...runtime } = this.#state.get(key);
    if (runtime.state !== 'starting' || (runtime.reason === reason && (blocked ?? false) === isBlocked)) return;
    this.#state.set(key, { ...runtime, reason, ...(isBlocked && { blocked: true }) });
  }

  #onHang(key: string, run: number, reason: string): void {
    const runtime = this.#state.get(key);
    if (runtime.run === run && isAlive(runtime.state)) this.#options.onHang(key, reason);
  }

  #noteUnclear(key: string, reason: string): void {
    const runtime = this.#state.get(key);
    if (isAlive(runtime.state) && runtime.reason !== reason)
      this.#state.set(key, { ...runtime, ready: false, reason, blocked: true });
  }

  #noteClear(key: string): void {
    const { reason, blocked, ...runtime } = this.#state.get(key);
    if (isAlive(runtime.state) && reason !== undefined)
      this.#state.set(key, { ...runtime, ready: runtime.state === 'running' });
  }

  #settle(key: string, ending: RunEnding): void {
    const runtime = reopenRun(this.#state.get(key));
    const wanted = this.#options.wantedEnd(key);
    const next = nextRuntime(this.#process(key), runtime, ending, wanted, Date.now());
    // A process that was ended for a restart is started by that restart.
    if (next.state === 'backoff' && !wanted?.startsAgain) this.#wait(key, next);
    else this.#state.set(key, next);
  }

  #wait(key: string, runtime: ProcessRuntime): void {
    this.#state.set(key, runtime);
    this.#restarts.add(key, runtime.until);
  }

  #onNeverStarted(key: string, run: number, reason: string): void {
    const runtime = this.#state.get(key);
    if (runtime.run !== run || !isAlive(runtime.state)) return;
    if (this.#adoptedStarts.get(key) === run) {
      const why = 'its start was interrupted';
      this.postpone(key, endRun(runtime, { time: Date.now(), reason: why }, { state: 'backoff', reason: why }), why);
    } else this.#settle(key, { exitCode: 126, time: Date.now(), reason });
  }

  #process(key: string): ResolvedProcess {
    return this.#options.processes.get(key) as ResolvedProcess;
  }
}
