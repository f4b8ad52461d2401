import { existsSync, statSync } from 'node:fs';
import type { LogLine, LogOptions, LogPiece } from '../../../../engine/contract/logs.ts';
import { processKey } from '../../../../engine/contract/process-key.ts';
import { isFinal, type ProcessReference } from '../../../../engine/contract/status.ts';
import type { RecordedRun } from '../../../../engine/rules/process-runtime.ts';
import { DescriptorPool } from '../../../kit/logs/descriptor-pool.ts';
import type { ExperimentFolder } from '../../records/experiment-folder.ts';
import type { ExperimentRuntime } from '../../records/experiment-runtime.ts';
import { readRuntime } from '../../records/state-file.ts';
import { findKeeperRuns } from '../runs/find-keeper-runs.ts';
import { KeeperFiles } from '../runs/keeper-files.ts';
import type { FollowedLog } from './followed-log.ts';
import { LogBytes } from './log-bytes.ts';
import { LogLines } from './log-lines.ts';
import type { LoggedRun } from './log-walk.ts';
import { followLogs, readLog, readLogs } from './read-logs.ts';

/** Yields the log lines of an experiment's processes straight from the files, without any other program. */
export async function* experimentLogs(
  folder: ExperimentFolder,
  processes: readonly ProcessReference[],
  wanted: LogOptions,
): AsyncGenerator<readonly LogLine[]> {
  const options = withoutFollowIfBounded(wanted);
  const state = new FollowedRuntime(folder, processes);
  const descriptors = new DescriptorPool();
  try {
    const logs = processes.map((reference) => new LogLines(reference, ...state.logOf(reference), options, descriptors));
    const [only, ...others] = logs;
    if (only !== undefined && others.length === 0) yield* readLog(only, options);
    else yield* readLogs(logs, options);
    if (options.follow) yield* follow(logs, state, options);
  } finally {
    descriptors.close();
  }
}

/** Yields what one process wrote, byte for byte. */
export async function* experimentLogBytes(
  folder: ExperimentFolder,
  reference: ProcessReference,
  wanted: LogOptions,
): AsyncGenerator<LogPiece> {
  const options = withoutFollowIfBounded(wanted);
  const state = new FollowedRuntime(folder, [reference]);
  const descriptors = new DescriptorPool();
  try {
    const log = new LogBytes(reference, ...state.logOf(reference), options, descriptors);
    for await (const pieces of readLog(log, options)) yield* pieces;
    if (!options.follow) return;
    for await (const pieces of follow([log], state, options)) yield* pieces;
  } finally {
    descriptors.close();
  }
}

function withoutFollowIfBounded(options: LogOptions): LogOptions {
  return options.until === undefined ? options : { ...options, follow: false };
}

function follow<Item>(
  logs: readonly FollowedLog<Item>[],
  state: FollowedRuntime,
  options: LogOptions,
): AsyncGenerator<readonly Item[]> {
  const readState = () => {
    const runtime = state.read();
    const runsOf = (reference: ProcessReference) => loggedRuns(runtime, processKey(reference));
    const isOver = (reference: ProcessReference) =>
      isFinal(runtime.processes[processKey(reference)]?.state ?? 'pending');
    return { runsOf, isFinal: isOver, over: state.isOver() };
  };
  return followLogs(logs, readState, options);
}

function loggedRuns(runtime: ExperimentRuntime, key: string): LoggedRun[] {
  return (runtime.processes[key]?.runs ?? []).map((run: RecordedRun) => ({
    run: run.run,
    logOffset: run.logOffset,
    ...(run.finishedAt === undefined ? {} : { end: run }),
  }));
}

/** The experiment's state file, read again only after a change. */
class FollowedRuntime {
  readonly #folder: ExperimentFolder;
  readonly #processes: readonly ProcessReference[];
  #runtime: ExperimentRuntime | undefined;
  #version = '';

  constructor(folder: ExperimentFolder, processes: readonly ProcessReference[]) {
    this.#folder = folder;
    this.#processes = processes;
  }

  /** The path of a process's log, and the runs in it. */
  logOf(reference: ProcessReference): [path: string, runs: readonly LoggedRun[]] {
    const key = processKey(reference);
    return [new KeeperFiles(this.#folder.path).log(key), loggedRuns(this.read(), key)];
  }

  read(): ExperimentRuntime {
    const version = this.#readVersion();
    if (this.#runtime === undefined || (version !== this.#version && version !== '')) {
      this.#runtime = readRuntime(this.#folder, this.#processes, findKeeperRuns);
      this.#version = version;
    }
    return this.#runtime;
  }

  /** Whether the logs are complete: all processes have ended for good, or the experiment was deleted. */
  isOver(): boolean {
    const processes = this.read().processes;
    const isOver = (reference: ProcessReference) => isFinal(processes[processKey(reference)]?.state ?? 'pending');
    return this.#processes.every(isOver) || !existsSync(this.#folder.path);
  }

  #readVersion(): string {
    try {
      const { mtimeMs, ino } = statSync(this.#folder.state);
      return `${mtimeMs} ${ino}`;
    } catch {
      return '';
    }
  }
}
