import type { Archive } from '../../../engine/history/archive.ts';
import type { ProcessRuntime, RunEnding, RunIdentity } from '../../../engine/rules/process-runtime.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import type {
  ResolvedExperiment,
  ResolvedProcess,
  ResolvedService,
} from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { Gpu } from '../../kit/gpus/gpu.ts';
import type { ExperimentRecord, LaunchTraces } from '../records/experiment-record.ts';
import type { RunFinder } from '../records/state-file.ts';
import type { FaultBarrier } from './fault-barrier.ts';
import type { LaunchingShell } from './launching-shell.ts';

/**
 * What a backend gives the supervisor. The supervisor decides what starts and ends, and when, and records it; a runner
 * carries that out and reports what happens. It is shared by all experiments of its backend, and holds no state of
 * theirs: that is in the `ExperimentRunner` that it opens for each.
 *
 * Processes are named by their key (see `processKey`), and their runs are numbered from 1. A run lives independently of
 * the supervisor: after a crash the next supervisor finds it by what the runner reported as its identity.
 */
export interface Runner {
  /** Where a service is reached, and where its owner listens. The supervisor assigns the port. @param options of the record */
  addressOf(service: ResolvedService, options: Readonly<Record<string, string>>): ServiceHosts;
  /** Whether runs may go on while this machine restarts, so that their runner is asked what became of them. */
  readonly outlivesMachine?: boolean;
  /**
   * Refuses what `prepare` would refuse, before the experiment is ended that the launch replaces. Changes nothing.
   * @param launch its folder is that of the experiment to be replaced, and may be missing
   * @throws SymphonyError as `prepare`
   */
  check(launch: PreparedLaunch): Promise<void>;
  /**
   * Creates what the runs of an experiment are started from. A rejection undoes the launch.
   * @throws SymphonyError `invalid-spec` for what the spec names and this host does not have
   */
  prepare(launch: PreparedLaunch): Promise<void>;
  /**
   * Refuses a changed record that what runs cannot be brought in line with, before anything of it ends. Changes nothing.
   * @throws SymphonyError `conflict`
   */
  checkUpdate?(launch: Omit<PreparedLaunch, 'shell'>): Promise<void>;
  /**
   * Brings what runs are started from in line with a changed record: creates it for new processes, and changes it for the
   * next runs of the others. Can be repeated after a crash.
   *
   * @param added keys of the new processes: their runs are numbered from 1, even if there was a process of that name before
   * @throws SymphonyError `conflict` if too little is known of the launch
   */
  update(launch: Omit<PreparedLaunch, 'shell'>, added: readonly string[]): Promise<void>;
  open(experiment: RunnerContext): ExperimentRunner;
  /**
   * Finds runs on this host's disk when the state file of an experiment was lost. A runner that keeps nothing there
   * returns an empty map.
   */
  readonly findRuns: RunFinder;
  /**
   * Ends everything of an experiment whose record cannot be used. Resolves with what could not be ended, in words; then
   * nothing is removed.
   * @param traces what is readable of the record
   */
  endDamaged(folder: string, traces: Partial<LaunchTraces>): Promise<readonly string[]>;
  /** As `ExperimentRunner.keepLogs`, for an experiment whose record cannot be used, after `endDamaged`. */
  keepDamagedLogs?(folder: string, traces: Partial<LaunchTraces>, keeping: LogKeeping): Promise<readonly string[]>;
  /**
   * Removes what the runner made for a launch outside of its folder, after `keepDamagedLogs`. Resolves with what may
   * remain, in words.
   * @throws SymphonyError `failed` naming what could not be removed
   */
  removeDamaged(folder: string, traces: Partial<LaunchTraces>): Promise<readonly string[]>;
}

/** The hosts of a service: for the other processes, for its owner, and for people if that is another; and whose its port is. */
export type ServiceHosts = Pick<AssignedService, 'host' | 'listenHost' | 'visitHost' | 'hasOwnNetwork'>;

/** Where to the end of each log is copied when its experiment is deleted. */
export interface LogKeeping {
  readonly archive: Pick<Archive, 'addLog'>;
  /** The newest bytes of each log that are kept. */
  readonly logBytes: number;
  /** Aborted when it takes too long; the copying then ends with an error. */
  readonly signal: AbortSignal;
}

export interface PreparedLaunch {
  /** The experiment's folder, which exists. Only its owner can enter it. */
  readonly folder: string;
  readonly record: ExperimentRecord;
  readonly resolved: ResolvedExperiment;
  readonly shell: LaunchingShell;
}

/** What a runner knows of one experiment. */
export interface RunnerContext {
  readonly record: ExperimentRecord;
  /** By key. */
  readonly processes: ReadonlyMap<string, ResolvedProcess>;
  /** The experiment's folder, in which the runner may keep files of its own. */
  readonly folder: string;
  /** What the supervisor knows of a process and its runs: the one truth, which the reports of the runner change. */
  readonly runtime: (key: string) => ProcessRuntime;
  /** Whether the next run of a process is being started at this moment, so that it may not exist yet. */
  readonly isStarting: (key: string) => boolean;
  /** Resolves when a condition on runtimes holds, or when the time is over. */
  readonly until: (condition: () => boolean, milliseconds: number) => Promise<void>;
  /** Must run every callback and timer of the runner, so that an exception impairs this experiment only. */
  readonly barrier: FaultBarrier;
  readonly reports: RunReports;
}

/**
 * What a runner reports. Reports may come late, repeatedly and in any order: the supervisor ignores what it knows
 * already. Of an earlier run only an exit code that was missing counts.
 */
export interface RunReports {
  /** The run exists. Its identity is kept in the state of its process. */
  started(key: string, run: number, identity: RunIdentity): void;
  /** The process has become ready, unless it is ready at its start; see `isReadyAtStart`. */
  ready(key: string): void;
  /** Why the process is not ready yet, in words. @param isBlocked whether that needs intervention */
  waiting(key: string, reason: string, isBlocked: boolean): void;
  /** The run has ended; without an exit code if that is unknown. An exit code may follow later. */
  ended(key: string, run: number, ending: RunEnding): void;
  /** The recorded run does not exist, and will never. @param reason why, in words */
  neverStarted(key: string, run: number, reason: string): void;
  /**
   * What the run does is not known, as when it seems to have ended: the process is no longer ready, and blocked.
   * @param reason in words
   */
  unclear(key: string, reason: string): void;
  /** What was unclear is no longer: the run goes on as before, and is not blocked. */
  clear(key: string): void;
  /**
   * The run hangs, as `alive` of its process says: it is to be ended, as failed. May be reported again while it hangs.
   *
   * @param reason in words, see `describe-hang.ts`
   */
  hangs(key: string, run: number, reason: string): void;
  /** A remark for the description of the experiment. */
  note(text: string): void;
}

/** The runs of one experiment. */
export interface ExperimentRunner {
  /** Begins to report. Does nothing if it does already. */
  observe(): void;
  /** Ends reporting; runs go on. `observe` undoes it. */
  close(): void;
  /** Takes over runs that an earlier supervisor recorded as under way, and reports what has become of them. */
  adopt(keys: readonly string[]): void;
  /** Looks for what nothing reports by itself. Called every few seconds. */
  poll(): Promise<void>;

  /**
   * Says before a start why it would fail, because the error of the process itself would say less.
   * @returns the reason, with the exit code that a shell gives for it; undefined if nothing known prevents the start
   */
  preflight(key: string): StartObstacle | undefined;
  /** @throws SymphonyError `failed` if what the runs of a process are started from was removed */
  requireStartable(key: string): void;
  /** Offset in the output of a process at which its next run begins. */
  outputOffset(key: string): number;
  /**
   * Starts runs that are on record; resolves when they are starting, with why some do not exist, by key. The others
   * exist, or will.
   */
  start(runs: readonly RunToStart[]): Promise<ReadonlyMap<string, Error>>;

  /** The processes of which anything runs, leftovers of earlier runs included. */
  findRunning(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Ends the current runs of processes and everything they started: by their stop signal, and by force after their
   * timeout. Prevents runs that are still starting. Resolves when nothing more can be done and the ends have been
   * reported as far as they are known, with what could not be ended, in words, by key.
   */
  end(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;

  /** Whether ends, those under way included, use SIGKILL at once instead of the stop signals. Not kept. */
  killAtOnce(isWanted: boolean): void;

  /** Whether the files that the runner keeps in the experiment's folder are there. */
  isIntact(): boolean;
  /** Restores them as far as possible. The folder itself exists. */
  repair(): Promise<void>;
  /**
   * Copies the end of what each process wrote, once nothing runs and before it is removed. Absent for a runner that does
   * not keep it. Resolves with what could not be kept, in words.
   * @throws the system's error if the copies cannot be written
   */
  keepLogs?(keeping: LogKeeping): Promise<readonly string[]>;
  /**
   * Removes what the runner made for the launch outside of the folder, once nothing of it runs. Resolves with what will be
   * removed only later, in words.
   */
  remove(): Promise<readonly string[]>;
}

export interface RunToStart {
  readonly key: string;
  readonly run: number;
  /** The GPUs that the process has during this run; absent if it asks for none. */
  readonly gpus?: readonly Gpu[];
}

export type StartObstacle = Omit<RunEnding, 'time'>;
