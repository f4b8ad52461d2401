import type { ProcessState, RunStatus } from '../../engine/status.ts';

/** A run with where its output begins in the log. */
export interface RecordedRun extends RunStatus {
  readonly logOffset: number;
}

/** An end on purpose. */
export interface WantedEnd {
  /** In words. */
  readonly reason: string;
  /** The next run is started as soon as this one has ended. */
  readonly startsAgain: boolean;
}

/** What is known of one process, and kept in the experiment's state file. */
export interface ProcessRuntime {
  readonly state: ProcessState;
  readonly ready: boolean;
  readonly reason?: string;
  readonly restarts: number;
  /** Restarts since it last ran for long: what the delay grows with. */
  readonly restartsInARow: number;
  /** The newest run's number; 0 before the first. */
  readonly run: number;
  readonly pid?: number;
  readonly startTime?: string;
  /** ISO 8601: when a `backoff` ends. */
  readonly until?: string;
  /** An end that is not over yet: a supervisor that comes after a crash finishes it. */
  readonly wanted?: WantedEnd;
  /** Newest last; the oldest are forgotten. */
  readonly runs: readonly RecordedRun[];
}

/** Runs remembered of one process. */
export const maxRecordedRuns = 50;

export const notStarted: ProcessRuntime = {
  state: 'pending',
  ready: false,
  reason: 'not started yet',
  restarts: 0,
  restartsInARow: 0,
  run: 0,
  runs: [],
};

/** How a run ended. */
export interface RunEnding {
  readonly exitCode?: number;
  readonly signal?: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** In words, if there is more to say than code and signal. */
  readonly reason?: string;
}

export function beginRun(runtime: ProcessRuntime, time: number, logOffset: number): ProcessRuntime {
  const run = runtime.run + 1;
  const { reason, until, wanted, pid, startTime, ...rest } = runtime;
  return {
    ...rest,
    state: 'starting',
    ready: false,
    run,
    restarts: run - 1,
    runs: [...runtime.runs, { run, startedAt: new Date(time).toISOString(), logOffset }].slice(-maxRecordedRuns),
  };
}

/** Notes how the newest run ended; which state follows is for the caller to say. */
export function endRun(
  runtime: ProcessRuntime,
  ending: RunEnding,
  next: { readonly state: ProcessState; readonly reason?: string | undefined; readonly until?: string },
): ProcessRuntime {
  const { reason, until, pid, startTime, ...rest } = runtime;
  const runs = runtime.runs.map((run) =>
    run.run === runtime.run && run.finishedAt === undefined
      ? {
          ...run,
          finishedAt: new Date(ending.time).toISOString(),
          ...(ending.exitCode === undefined ? {} : { exitCode: ending.exitCode }),
          ...(ending.signal === undefined ? {} : { signal: ending.signal }),
          ...(ending.reason === undefined ? {} : { reason: ending.reason }),
        }
      : run,
  );
  return {
    ...rest,
    state: next.state,
    ready: false,
    runs,
    ...(next.reason === undefined ? {} : { reason: next.reason }),
    ...(next.until === undefined ? {} : { until: next.until }),
  };
}

/** The newest run as if its end were not known yet: for when more is learned of an end that was noted already. */
export function reopenRun(runtime: ProcessRuntime): ProcessRuntime {
  const runs = runtime.runs.map((recorded) => {
    if (recorded.run !== runtime.run) return recorded;
    const { run, startedAt, logOffset } = recorded;
    return { run, startedAt, logOffset };
  });
  return { ...runtime, runs };
}

/** Whether a run is noted as over without its exit code. */
export function lacksExitCode(runtime: ProcessRuntime, run: number): boolean {
  const recorded = runtime.runs.find((other) => other.run === run);
  return recorded?.finishedAt !== undefined && recorded.exitCode === undefined;
}

/** Notes how an earlier run ended, as it became known later; what state the process is in does not change. */
export function amendRun(runtime: ProcessRuntime, run: number, { time, exitCode, signal }: RunEnding): ProcessRuntime {
  const amend = ({ reason, ...recorded }: RecordedRun): RecordedRun => ({
    ...recorded,
    finishedAt: new Date(time).toISOString(),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { ...runtime, runs: runtime.runs.map((recorded) => (recorded.run === run ? amend(recorded) : recorded)) };
}

/** `exit code 3`, `killed by SIGKILL`: how a run ended, in words. */
export function describeEnding(ending: Pick<RunEnding, 'exitCode' | 'signal' | 'reason'>): string {
  if (ending.reason !== undefined) return ending.reason;
  if (ending.signal === 'SIGKILL') return 'killed by SIGKILL (exit code 137)';
  if (ending.signal !== undefined) return `ended by ${ending.signal} (exit code ${ending.exitCode})`;
  if (ending.exitCode === undefined) return 'ended, nobody knows how';
  if (ending.exitCode === 127) return 'exit code 127: command not found, or something it needs';
  if (ending.exitCode === 126) return 'exit code 126: cannot be executed';
  return ending.exitCode === 0 ? 'exit code 0' : `exit code ${ending.exitCode}`;
}

/** A run that nobody interrupted was a success if and only if its exit code is 0. */
export function isSuccess(ending: Pick<RunEnding, 'exitCode'>): boolean {
  return ending.exitCode === 0;
}
