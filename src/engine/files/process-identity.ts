import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

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
  return { pid: process.pid, startTime: readStat(process.pid)?.startTime ?? '', bootId: bootId(), host: hostname() };
}

/**
 * Whether that process still runs; a zombie does not. `unknown` if it belongs to another machine, or if this process is
 * not allowed to see it.
 */
export function isRunning(identity: ProcessIdentity): boolean | 'unknown' {
  if (identity.bootId !== bootId()) return identity.host === hostname() ? false : 'unknown';
  const stat = readStat(identity.pid);
  if (stat !== undefined) {
    return (
      stat.state !== 'Z' && stat.state !== 'X' && (identity.startTime === '' || stat.startTime === identity.startTime)
    );
  }
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

let knownBootId: string | undefined;

function bootId(): string {
  knownBootId ??= readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return knownBootId;
}

function readStat(pid: number): { state: string; startTime: string } | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the command in parentheses, which may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
