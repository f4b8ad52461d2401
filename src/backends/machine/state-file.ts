import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../engine/atomic-file.ts';
import { processStates } from '../../engine/status.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import { notStarted, type ProcessRuntime, type RecordedRun } from './process-runtime.ts';
import type { ExperimentRuntime } from './process-status.ts';
import { parseRunFileName } from './run-files.ts';
import { listFolder } from './run-watcher.ts';

/** The state file of an experiment; what can be found out without it if it is damaged or missing. */
export function readRuntime(folder: ExperimentFolder, keys: readonly string[]): ExperimentRuntime {
  return parseRuntime(folder.state) ?? reconstructRuntime(folder, keys);
}

function parseRuntime(path: string): ExperimentRuntime | undefined {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as ExperimentRuntime;
    const whole =
      typeof state.processes === 'object' &&
      Array.isArray(state.notes) &&
      Object.values(state.processes).every(
        (process) => processStates.includes(process.state) && Array.isArray(process.runs),
      );
    return whole ? state : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The runs that there are files of are known without the state file; where each began in the log is not. That a process
 * was stopped on purpose is not known either.
 */
function reconstructRuntime(folder: ExperimentFolder, keys: readonly string[]): ExperimentRuntime {
  const newest = new Map<string, number>();
  for (const name of listFolder(folder.runs)) {
    const file = parseRunFileName(name);
    if (file !== undefined) newest.set(file.key, Math.max(newest.get(file.key) ?? 0, file.run));
  }
  const processes: Record<string, ProcessRuntime> = {};
  for (const key of keys) {
    const run = newest.get(key) ?? 0;
    if (run === 0) continue;
    const recorded: RecordedRun = { run, startedAt: new Date().toISOString(), logOffset: 0 };
    const { reason, ...rest } = notStarted;
    processes[key] = { ...rest, state: 'starting', run, restarts: run - 1, runs: [recorded] };
  }
  return {
    processes,
    launched: true,
    notes: ['Its state file was damaged: what is known of earlier runs is incomplete.'],
  };
}

/** Writes the newest state, one write at a time: what changes during a write is written after it. */
export class StateWriter {
  readonly #folder: ExperimentFolder;
  readonly #runtime: () => ExperimentRuntime;
  #writing: Promise<void> | undefined;
  #again = false;

  constructor(folder: ExperimentFolder, runtime: () => ExperimentRuntime) {
    this.#folder = folder;
    this.#runtime = runtime;
  }

  /** Resolves when what is known now is written. Throws what the disk says. */
  async write(): Promise<void> {
    if (this.#writing !== undefined) {
      this.#again = true;
      await this.#writing.catch(() => undefined);
      if (!this.#again) return this.#writing;
    }
    this.#again = false;
    const writing = writeFileAtomic(this.#folder.state, JSON.stringify(this.#runtime()));
    this.#writing = writing;
    try {
      await writing;
    } finally {
      if (this.#writing === writing) this.#writing = undefined;
    }
  }
}
