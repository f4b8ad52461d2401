import { readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** A pid file is empty for a moment after its creation: number of read attempts, and the pause between them. */
const pidReadAttempts = 20;
const pidPauseMilliseconds = 50;

export interface RunPid {
  readonly pid: number;
  /** As in /proc/PID/stat; '' where unknown. */
  readonly startTime: string;
}

export interface RunExit {
  readonly exitCode: number;
  /** Name with SIG, if a signal ended the run. */
  readonly signal?: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The pid that a run's launch file has written; undefined before that. */
export function readRunPid(runPath: string): RunPid | undefined {
  const text = readIfThere(`${runPath}.pid`);
  const match = text === undefined ? null : /^(\d+) (\d*)\n$/.exec(text);
  if (match === null) return undefined;
  return { pid: Number(match[1]), startTime: match[2] ?? '' };
}

/**
 * Prevents a run that has not started from starting: its launch file creates the pid file exclusively, and exits if the
 * file exists. Resolves with false if the run has started already; then its pid can be read.
 */
export async function preventRun(runPath: string): Promise<boolean> {
  try {
    await writeFile(`${runPath}.pid`, 'prevented\n', { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    // A pid file without content belongs to a run that could not write it and exited.
    for (let look = 0; look < pidReadAttempts; look += 1) {
      if (readRunPid(runPath) !== undefined) return false;
      await delay(pidPauseMilliseconds);
    }
    return true;
  }
}

/** How the run ended; undefined until its keeper has written it. */
export function readRunExit(runPath: string): RunExit | undefined {
  const path = `${runPath}.exit`;
  const text = readIfThere(path);
  if (text === undefined || !/^\d+\n$/.test(text)) return undefined;
  return { ...interpretStatus(Number(text)), time: statSync(path).mtimeMs };
}

/**
 * A shell reports a signal as 128 plus its number. A process can exit with such a code as well; the signal is more
 * likely.
 */
export function interpretStatus(status: number): { exitCode: number; signal?: string } {
  const signal = status > 128 ? signalName(status - 128) : undefined;
  return signal === undefined ? { exitCode: status } : { exitCode: status, signal };
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}

export interface RunFileName {
  readonly key: string;
  readonly run: number;
  readonly kind: 'pid' | 'exit';
}

/** Parses the name of a file in the folder of runs; undefined for temporary files. */
export function parseRunFileName(name: string): RunFileName | undefined {
  const match = /^(.+)\.(\d+)\.(pid|exit)$/.exec(name);
  if (match === null) return undefined;
  return { key: match[1] as string, run: Number(match[2]), kind: match[3] as 'pid' | 'exit' };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The exit code that a shell reports for a process ended by a signal. */
export function interpretSignal(signal: NodeJS.Signals): { exitCode: number; signal: string } {
  return { exitCode: 128 + constants.signals[signal], signal };
}
