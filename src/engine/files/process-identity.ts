import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isEndedState, readProcessStat } from './process-stat.ts';

/**
 * Identifies one process of one machine, although process ids are reused: the start time distinguishes two processes with
 * one id, the boot id two boots of the machine. Both are empty where the system does not provide them.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as in field 22 of /proc/PID/stat. */
  readonly startTime: string;
  readonly bootId: string;
  readonly host: string;
}

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    startTime: readProcessStat(process.pid)?.field(22) ?? '',
    bootId: bootId(),
    host: hostname(),
  };
}

/**
 * Whether that process still runs; a zombie does not. `unknown` if it belongs to another machine, or if this process is
 * not allowed to see it.
 */
export function isRunning(identity: ProcessIdentity): boolean | 'unknown' {
  if (identity.bootId !== bootId()) return identity.host === hostname() ? false : 'unknown';
  const stat = readProcessStat(identity.pid);
  if (stat !== undefined) {
    return !isEndedState(stat.field(3)) && (identity.startTime === '' || stat.field(22) === identity.startTime);
  }
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

let knownBootId: string | undefined;

/**
 * Differs after each start of the machine; empty where the system has no boot id. `SYMPHONY_BOOT_ID` overrides the
 * system's value where that is not useful, as in containers.
 */
export function bootId(): string {
  knownBootId ??= process.env.SYMPHONY_BOOT_ID ?? readBootId();
  return knownBootId;
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
