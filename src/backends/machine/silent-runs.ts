import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** A run that wrote no pid for so long never came to life, unless its keeper is still at it. */
const startMilliseconds = 15_000;
/** A keeper writes the exit right after the process has ended. */
export const exitMilliseconds = 3_000;

/** What is seen of a run that ought to be there, and of which no file tells. */
export interface SilentRun {
  readonly hasPid: boolean;
  readonly hasKeeper: boolean;
  /** Since it was first noticed. */
  readonly silentMilliseconds: number;
}

/**
 * - `watch`: it may yet be told of
 * - `keeper-waits`: it has ended, and its keeper is there and cannot write how
 * - `never-started`: its keeper is gone without having started it
 * - `lost`: its keeper is gone without having written how it ended
 */
export type Verdict = 'watch' | 'keeper-waits' | 'never-started' | 'lost';

/** What to make of a run of which nothing is to be seen. */
export function judgeSilence({ hasPid, hasKeeper, silentMilliseconds }: SilentRun): Verdict {
  if (silentMilliseconds < (hasPid ? exitMilliseconds : startMilliseconds)) return 'watch';
  if (hasKeeper) return hasPid ? 'keeper-waits' : 'watch';
  return hasPid ? 'lost' : 'never-started';
}

/** Since when runs have been silent. */
export class SilenceClock {
  readonly #since = new Map<string, number>();

  /** Milliseconds since the run was first noticed. By a clock that cannot be set. */
  silentMilliseconds(run: string): number {
    const now = performance.now();
    const since = this.#since.get(run) ?? now;
    this.#since.set(run, since);
    return now - since;
  }

  forget(run: string): void {
    this.#since.delete(run);
  }
}

/** Of these runs, named by what their files begin with, those whose keepers live. */
export async function findKeepers(runPaths: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const line of await keeperCommandLines()) {
    for (const path of runPaths) if (line.includes(`\0${path}\0`) || line.includes(` ${path} `)) found.add(path);
  }
  return found;
}

/** With a NUL before and after each argument, or a space where the system tells no more. */
async function keeperCommandLines(): Promise<string[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-axwwo', 'args='], { maxBuffer: 64 * 1024 * 1024 });
    return stdout.split('\n').filter((line) => line.includes('keeper.sh'));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `\0${readCommandLine(pid)}\0`)
    .filter((line) => line.includes('keeper.sh\0'));
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
