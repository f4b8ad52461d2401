import { readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';

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
