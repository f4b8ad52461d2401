import { readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Between the making of a pid file and its content lies a moment: so many looks, and so many milliseconds between them. */
const pidReadAttempts = 20;
const pidPauseMilliseconds = 50;

export interface RunPid {
  readonly pid: number;
  /** As in /proc/PID/stat, or '' where that is not known. */
  readonly startTime: string;
}

export interface RunExit {
  readonly exitCode: number;
  /** With SIG, if a signal ended it. */
  readonly signal?: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The pid that a run's launch file wrote, once it has. */
export function readRunPid(runPath: string): RunPid | undefined {
  const text = readIfThere(`${runPath}.pid`);
  const match = text === undefined ? null : /^(\d+) (\d*)\n$/.exec(text);
  if (match === null) return undefined;
  return { pid: Number(match[1]), startTime: match[2] ?? '' };
}

/**
 * Keeps a run that has not started from ever starting: its launch file writes the pid only where there is no such file
 * yet, and gives up otherwise. False if the run has started already, in which case its pid can be read.
 */
export async function preventRun(runPath: string): Promise<boolean> {
  try {
    await writeFile(`${runPath}.pid`, 'prevented\n', { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    // A file that stays without a pid is of a run that could not write it, and ended of that.
    for (let look = 0; look < pidReadAttempts; look += 1) {
      if (readRunPid(runPath) !== undefined) return false;
      await delay(pidPauseMilliseconds);
    }
    return true;
  }
}

/** How the run ended, once its keeper has written it. */
export function readRunExit(runPath: string): RunExit | undefined {
  const path = `${runPath}.exit`;
  const text = readIfThere(path);
  if (text === undefined || !/^\d+\n$/.test(text)) return undefined;
  return { ...interpretStatus(Number(text)), time: statSync(path).mtimeMs };
}

/** A shell tells a signal as 128 and its number, which a process can give itself too; the signal is the better guess. */
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

/** What a file in the folder of runs is; undefined for passing ones. */
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

/** What a shell says of something that a signal ended. */
export function interpretSignal(signal: NodeJS.Signals): { exitCode: number; signal: string } {
  return { exitCode: 128 + constants.signals[signal], signal };
}
