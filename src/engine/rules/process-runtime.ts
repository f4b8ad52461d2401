import type { ProcessState, RunStatus } from '../contract/status.ts';

/** A run with the offset in the log at which its output begins. */
export interface RecordedRun extends RunStatus {
  readonly logOffset: number;
}

/**
 * How a requested end counts: as `stopped`, for good; or the run as `failed` for the given reason, whatever its exit code,
 * and the restart policy says what follows.
 */
export type EndVerdict = 'stopped' | 'failed';

/** A requested end. */
export interface WantedEnd {
  /** Why, in words. */
  readonly reason: string;
  /** The next run starts as soon as this one has ended. */
  readonly startsAgain: boolean;
  /** Absent: `stopped`. Without meaning if the next run starts at once. */
  readonly countsAs?: EndVerdict;
}

/** What finds a run again that an earlier supervisor has started: a process of this host, or what its runner calls it. */
export interface RunIdentity {
  readonly pid?: number;
  /** Of the process with this pid, as in /proc/PID/stat; '' where unknown. */
  readonly startTime?: string;
  /** For a run without a pid on this host: the id of a container, or of a step of a job. */
  readonly id?: string;
  /** What the status of the process says of it beyond the pid, by the names of facts: `{ container: '3f2a…' }`. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** The state of one process, as stored in the experiment's state file. */
export interface ProcessRuntime extends RunIdentity {
  readonly state: ProcessState;
  readonly ready: boolean;
  readonly reason?: string;
  /** It cannot go on without intervention. */
  readonly blocked?: true;
  /** Its next start was not possible, and is tried again. */
  readonly isPostponed?: true;
  readonly restarts: number;
  /** Restarts since the last healthy run; determines the restart delay. */
  readonly restartsInARow: number;
  /** The newest run's number; 0 before the first. */
  readonly run: number;
  /** The furthest that any run has got; absent before the first exists. */
  readonly reached?: 'started' | 'ready';
  /** ISO 8601: when a `backoff` ends. */
  readonly until?: string;
  /** A requested end that is not complete; after a crash the next supervisor finishes it. */
  readonly wanted?: WantedEnd;
  /** Newest last; the oldest are dropped. */
  readonly runs: readonly RecordedRun[];
}

/** Number of runs kept for one process. */
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
  /** Further explanation, in words, beyond code and signal. */
  readonly reason?: string;
}

/** Notes how far a run has got. */
export function noteReached(runtime: ProcessRuntime, reached: 'started' | 'ready'): ProcessRuntime {
  return runtime.reached === 'ready' || runtime.reached === reached ? runtime : { ...runtime, reached };
}

/** Whether a run is known to exist. */
export function hasStarted({ pid, id }: RunIdentity): boolean {
  return pid !== undefined || id !== undefined;
}

export function withoutIdentity(runtime: ProcessRuntime): ProcessRuntime {
  const { pid, startTime, id, facts, ...rest } = runtime;
  return rest;
}

export function beginRun(runtime: ProcessRuntime, time: number, logOffset: number): ProcessRuntime {
  const run = runtime.run + 1;
  const { reason, until, wanted, blocked, isPostponed, ...rest } = withoutIdentity(runtime);
  return {
    ...rest,
    state: 'starting',
    ready: false,
    run,
    restarts: run - 1,
    runs: [...runtime.runs, { run, startedAt: new Date(time).toISOString(), logOffset }].slice(-maxRecordedRuns),
  };
}

/**
 * Waits for another attempt of a start that was not possible. If the attempt before it was not possible either, that does
 * not pass by itself.
 * @param until ISO 8601
 */
export function postponeRun(runtime: ProcessRuntime, reason: string, until: string): ProcessRuntime {
  const { blocked, isPostponed, ...rest } = withoutIdentity(runtime);
  const waiting = { ...rest, state: 'backoff', ready: false, reason, until, isPostponed: true } as const;
  return isPostponed ? { ...waiting, blocked: true } : waiting;
}

/** Records how the newest run ended; the caller determines the next state. */
export function endRun(
  runtime: ProcessRuntime,
  ending: RunEnding,
  next: { readonly state: ProcessState; readonly reason?: string | undefined; readonly until?: string },
): ProcessRuntime {
  const { reason, until, blocked, isPostponed, ...rest } = withoutIdentity(runtime);
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

/** Removes the recorded end of the newest run, for when more becomes known about it. */
export function reopenRun(runtime: ProcessRuntime): ProcessRuntime {
  const runs = runtime.runs.map((recorded) => {
    if (recorded.run !== runtime.run) return recorded;
    const { run, startedAt, logOffset } = recorded;
    return { run, startedAt, logOffset };
  });
  return { ...runtime, runs };
}

/** Whether a run is recorded as ended without an exit code. */
export function lacksExitCode(runtime: ProcessRuntime, run: number): boolean {
  const recorded = runtime.runs.find((other) => other.run === run);
  return recorded?.finishedAt !== undefined && recorded.exitCode === undefined;
}

/** Records how an earlier run ended once that becomes known; the state of the process does not change. */
export function amendRun(runtime: ProcessRuntime, run: number, { time, exitCode, signal }: RunEnding): ProcessRuntime {
  const amend = ({ reason, ...recorded }: RecordedRun): RecordedRun => ({
    ...recorded,
    finishedAt: new Date(time).toISOString(),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { ...runtime, runs: runtime.runs.map((recorded) => (recorded.run === run ? amend(recorded) : recorded)) };
}

/** A run that was not stopped on request succeeded if and only if its exit code is 0. */
export function isSuccess(ending: Pick<RunEnding, 'exitCode'>): boolean {
  return ending.exitCode === 0;
}
