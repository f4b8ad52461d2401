import { existsSync, readFileSync } from 'node:fs';
import { processKey } from '../../../engine/contract/process-key.ts';
import { type ProcessReference, processStates } from '../../../engine/contract/status.ts';
import { writeFileAtomic } from '../../../engine/files/atomic-file.ts';
import { notStarted, type ProcessRuntime, type RecordedRun } from '../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import type { ExperimentRuntime } from './experiment-runtime.ts';

/** A run that left traces on this host's disk. */
export interface FoundRun {
  readonly run: number;
  readonly startedAt: Date;
}

/** A process, with its start conditions where they are known. */
export type RecordedProcess = ProcessReference & Partial<Pick<ResolvedProcess, 'after'>>;

/** Finds the newest run of each process by its traces in the folder of an experiment, by process key. */
export type RunFinder = (folder: string) => ReadonlyMap<string, FoundRun>;

/**
 * Reads the state file of an experiment. If it is damaged or missing, the state is reconstructed from traces of the
 * runs, so that started processes are never mistaken for ones that were not launched.
 */
export function readRuntime(
  folder: ExperimentFolder,
  processes: readonly RecordedProcess[],
  findRuns: RunFinder,
): ExperimentRuntime {
  const runtime = parseRuntime(folder.state);
  if (runtime !== undefined) return runtime;
  const newest = findRuns(folder.path);
  if (newest.size === 0 && !existsSync(folder.state)) return { processes: {}, notes: [] };
  return reconstructRuntime(processes, newest);
}

function parseRuntime(path: string): ExperimentRuntime | undefined {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as ExperimentRuntime;
    const isWhole = Array.isArray(state.notes) && Object.values(state.processes).every(isProcessRuntime);
    return isWhole ? state : undefined;
  } catch {
    return undefined;
  }
}

function isProcessRuntime({ state, run, runs, restarts, restartsInARow }: ProcessRuntime): boolean {
  const numbers = [run, restarts, restartsInARow];
  return (
    processStates.includes(state) &&
    numbers.every((number) => typeof number === 'number') &&
    Array.isArray(runs) &&
    runs.every(({ startedAt, logOffset }) => typeof startedAt === 'string' && typeof logOffset === 'number')
  );
}

/**
 * Runs that left traces are known without the state file. Their log offsets, and whether a process was stopped on
 * purpose, are not. A process without a run that has start conditions may have waited for them: they are judged anew.
 */
function reconstructRuntime(
  processes: readonly RecordedProcess[],
  newest: ReadonlyMap<string, FoundRun>,
): ExperimentRuntime {
  const { reason, ...unstarted } = notStarted;
  const reconstruct = (recorded: RecordedProcess): ProcessRuntime => {
    const found = newest.get(processKey(recorded));
    if (found === undefined && recorded.after !== undefined && recorded.after.length > 0) return notStarted;
    if (found === undefined)
      return { ...unstarted, state: 'lost', reason: 'the state file was lost, and it has no run' };
    const { run, startedAt } = found;
    const newestRun: RecordedRun = { run, startedAt: startedAt.toISOString(), logOffset: 0 };
    return { ...unstarted, state: 'starting', run, restarts: run - 1, runs: [newestRun] };
  };
  return {
    processes: Object.fromEntries(processes.map((own) => [processKey(own), reconstruct(own)])),
    launched: true,
    notes: ['Its state file was damaged or missing: the history of earlier runs is incomplete.'],
  };
}

/** Writes the newest state, one write at a time. Changes during a write are written by the next one. */
export class StateWriter {
  readonly #folder: ExperimentFolder;
  readonly #runtime: () => ExperimentRuntime;
  #writing: Promise<void> | undefined;
  #again = false;

  constructor(folder: ExperimentFolder, runtime: () => ExperimentRuntime) {
    this.#folder = folder;
    this.#runtime = runtime;
  }

  /** Resolves when the current state is written. Rejects with the error of the write. */
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
