import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { isAlive } from '../../../../engine/contract/status.ts';
import type { RunEnding } from '../../../../engine/rules/process-runtime.ts';
import { isProcessAlive } from '../../../kit/host/process-table.ts';
import type { RunnerContext } from '../../runs/runner.ts';
import type { KeeperFiles } from './keeper-files.ts';
import { preventRun, readRunExit } from './run-files.ts';

/** A run that has had neither pid nor keeper for this long will never start. */
const startMilliseconds = 4_000;
/** A keeper writes the exit status right after the process has ended. */
export const exitMilliseconds = 3_000;
const keeperKilled = 'its keeper was killed, so its exit status is unknown';

/** Command lines of keepers, and of terminal holders that are about to start one. */
const keeperPrograms = /keeper\.sh|terminal-holder/;

/** Observations about a run that should be alive and that no file reports on. */
export interface SilentRun {
  readonly hasPid: boolean;
  readonly hasKeeper: boolean;
  /** Since the run was first found silent. */
  readonly silentMilliseconds: number;
}

/**
 * - `watch`: a file may still report on it
 * - `keeper-waits`: it has ended, and its keeper is alive and cannot write the exit status
 * - `never-started`: its keeper ended without starting it
 * - `lost`: its keeper ended without writing the exit status
 */
export type Verdict = 'watch' | 'keeper-waits' | 'never-started' | 'lost';

/** Classifies a silent run. */
export function judgeSilence({ hasPid, hasKeeper, silentMilliseconds }: SilentRun): Verdict {
  if (silentMilliseconds < (hasPid ? exitMilliseconds : startMilliseconds)) return 'watch';
  if (hasKeeper) return hasPid ? 'keeper-waits' : 'watch';
  return hasPid ? 'lost' : 'never-started';
}

/** Callbacks for the verdict on a run. */
export interface SilentRunEvents {
  readonly onKeeperWaits: (key: string) => void;
  readonly onNeverStarted: (key: string, run: number) => void;
  readonly onEnded: (key: string, run: number, ending: RunEnding) => void;
}

/** Finds ended runs that no file reports, because their keepers were killed or cannot write. */
export class SilentRuns {
  readonly #context: RunnerContext;
  readonly #files: KeeperFiles;
  readonly #events: SilentRunEvents;
  /** When runs became silent, by run path, on a monotonic clock. */
  readonly #since = new Map<string, number>();

  constructor(context: RunnerContext, files: KeeperFiles, events: SilentRunEvents) {
    this.#context = context;
    this.#files = files;
    this.#events = events;
  }

  /** Starts measuring how long a run has been silent, if it is. */
  watch(key: string): void {
    this.#isSilent(key);
  }

  /** Checks all runs that should be alive. */
  async look(): Promise<void> {
    const { processes, runtime } = this.#context;
    const isOverdue = (key: string) => this.#isSilent(key) && this.#judge(key, false) !== 'watch';
    const overdue = [...processes.keys()].filter((key) => isAlive(runtime(key).state)).filter(isOverdue);
    if (overdue.length === 0) return;
    const runs = overdue.map((key) => ({ key, run: runtime(key).run, runPath: this.#runPath(key) }));
    const keepers = await findKeepers(runs.map(({ runPath }) => runPath));
    for (const { key, run, runPath } of runs) {
      // In the meantime its keeper may have written the exit status and ended.
      if (this.#runPath(key) !== runPath || !this.#isSilent(key)) continue;
      const verdict = this.#judge(key, keepers.has(runPath));
      if (verdict === 'keeper-waits') this.#events.onKeeperWaits(key);
      else if (verdict === 'lost') this.#events.onEnded(key, run, { time: Date.now(), reason: keeperKilled });
      else if (verdict === 'never-started' && (await preventRun(runPath))) this.#events.onNeverStarted(key, run);
    }
  }

  #judge(key: string, hasKeeper: boolean): Verdict {
    const hasPid = this.#context.runtime(key).pid !== undefined;
    const since = this.#since.get(this.#runPath(key)) ?? performance.now();
    return judgeSilence({ hasPid, hasKeeper, silentMilliseconds: performance.now() - since });
  }

  /** Whether a run that should be alive has no visible process and no exit status. */
  #isSilent(key: string): boolean {
    const { runtime, isStarting } = this.#context;
    const { pid, startTime = '', state } = runtime(key);
    const runPath = this.#runPath(key);
    const isGone = pid === undefined || !isProcessAlive(pid, startTime);
    const isExpected = isAlive(state) && !isStarting(key);
    const isSilent = isExpected && isGone && readRunExit(runPath) === undefined;
    if (!isSilent) this.#since.delete(runPath);
    else if (!this.#since.has(runPath)) this.#since.set(runPath, performance.now());
    return isSilent;
  }

  #runPath(key: string): string {
    return this.#files.run(key, this.#context.runtime(key).run);
  }
}

/** Which of these runs, given by run path, have a living keeper. */
export async function findKeepers(runPaths: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const line of await keeperCommandLines()) {
    for (const path of runPaths) if (line.includes(`\0${path}\0`) || line.includes(` ${path} `)) found.add(path);
  }
  return found;
}

/** Arguments are separated and surrounded by NUL, or by spaces where the system reports no more. */
async function keeperCommandLines(): Promise<string[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-axwwo', 'args='], { maxBuffer: 64 * 1024 * 1024 });
    return stdout.split('\n').filter((line) => keeperPrograms.test(line));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `\0${readCommandLine(pid)}\0`)
    .filter((line) => keeperPrograms.test(line));
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
