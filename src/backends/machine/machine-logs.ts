import { existsSync, statSync } from 'node:fs';
import type { LogLine, LogOptions } from '../../engine/logs.ts';
import { isFinal, type ProcessReference } from '../../engine/status.ts';
import { type ExperimentFolder, processKey } from './experiment-folder.ts';
import { LogCursor, type LoggedRun } from './log-cursor.ts';
import { describeEnding, type RecordedRun } from './process-runtime.ts';
import type { ExperimentRuntime } from './process-status.ts';
import { followLogs, readLogs } from './read-logs.ts';
import { readRuntime } from './state-file.ts';

/** The logs of an experiment's processes, read straight from their files: nobody else has to be alive for that. */
export async function* machineLogs(
  folder: ExperimentFolder,
  processes: readonly ProcessReference[],
  options: LogOptions,
): AsyncGenerator<readonly LogLine[]> {
  const state = new FollowedRuntime(folder, processes.map(processKey));
  const cursors = processes.map((process) => {
    const key = processKey(process);
    return new LogCursor(process, folder.log(key), loggedRuns(state.read(), key), options);
  });
  try {
    yield* readLogs(cursors, options);
    if (!options.follow) return;
    const readState = () => {
      const runtime = state.read();
      const runs = new Map(cursors.map((cursor) => [cursor, loggedRuns(runtime, processKey(cursor.process))]));
      return { runs, over: state.isOver() };
    };
    yield* followLogs(cursors, readState, options.signal);
  } finally {
    for (const cursor of cursors) cursor.close();
  }
}

function loggedRuns(runtime: ExperimentRuntime, key: string): LoggedRun[] {
  return (runtime.processes[key]?.runs ?? []).map((run: RecordedRun) => ({
    run: run.run,
    logOffset: run.logOffset,
    ...(run.finishedAt === undefined ? {} : { ending: describeEnding(run) }),
  }));
}

/** The experiment's state file, read again only when it has changed. */
class FollowedRuntime {
  readonly #folder: ExperimentFolder;
  readonly #keys: readonly string[];
  #runtime: ExperimentRuntime | undefined;
  #version = '';

  constructor(folder: ExperimentFolder, keys: readonly string[]) {
    this.#folder = folder;
    this.#keys = keys;
  }

  read(): ExperimentRuntime {
    const version = this.#readVersion();
    if (this.#runtime === undefined || (version !== this.#version && version !== '')) {
      this.#runtime = readRuntime(this.#folder, this.#keys);
      this.#version = version;
    }
    return this.#runtime;
  }

  /** Whether nothing will be written any more: all has ended for good, or is deleted. */
  isOver(): boolean {
    const processes = this.read().processes;
    return this.#keys.every((key) => isFinal(processes[key]?.state ?? 'pending')) || !existsSync(this.#folder.path);
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
