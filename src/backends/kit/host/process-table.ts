import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { isEndedState, readProcessStat } from '../../../engine/files/process-stat.ts';

export interface TableEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** As in ps(1): R, S, D, Z, T … */
  readonly state: string;
  /** Clock ticks since boot; '' where unknown. */
  readonly startTime: string;
  readonly command: string;
  /** CPU time used so far, in seconds. */
  readonly cpuSeconds: number;
  /** Resident bytes. */
  readonly memory: number;
}

export type ProcessTable = ReadonlyMap<number, TableEntry>;

/** sysconf(_SC_CLK_TCK) is 100 on every Linux that Node supports; the page size is 4096 on all but a few of them. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** Reads every visible process of this machine. */
export async function readProcessTable(): Promise<ProcessTable> {
  if (process.platform !== 'linux') return readTableFromPs();
  const table = new Map<number, TableEntry>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const entry = readTableEntry(pid);
    if (entry !== undefined) table.set(pid, entry);
  }
  return table;
}

/** Reads one process. */
export function readTableEntry(pid: number): TableEntry | undefined {
  const stat = readProcessStat(pid);
  if (stat === undefined) return undefined;
  const { command, field } = stat;
  return {
    pid,
    command,
    state: field(3),
    parent: Number(field(4)),
    group: Number(field(5)),
    session: Number(field(6)),
    cpuSeconds: (Number(field(14)) + Number(field(15))) / ticksPerSecond,
    startTime: field(22),
    memory: Number(field(24)) * pageBytes,
  };
}

async function readTableFromPs(): Promise<ProcessTable> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,pgid=,sess=,stat=,time=,rss=,comm='], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const table = new Map<number, TableEntry>();
  for (const line of stdout.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\d+)\s+(.*)$/.exec(line);
    if (match === null) continue;
    const [, pid, parent, group, session, state, time, memory, command] = match;
    table.set(Number(pid), {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(session) || 0,
      state: (state ?? '').charAt(0),
      startTime: '',
      command: command ?? '',
      cpuSeconds: (time ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0),
      memory: Number(memory) * 1024,
    });
  }
  return table;
}

/** Whether a process with that pid and start time is alive; a zombie is not. */
export function isProcessAlive(pid: number, startTime: string): boolean {
  const entry = process.platform === 'linux' ? readTableEntry(pid) : undefined;
  if (entry !== undefined) {
    return !isEndedState(entry.state) && (startTime === '' || entry.startTime === startTime);
  }
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether a process, or one that it descends from, was started by a launch; undefined if this user may not read its
 * environment.
 */
export function belongsToLaunch(pid: number, launchId: string): boolean | undefined {
  const environment = readEnvironment(pid);
  if (environment.size === 0) return undefined;
  for (let current = pid; current > 1; current = readTableEntry(current)?.parent ?? 0) {
    if (readEnvironment(current).get('SYMPH_ID') === launchId) return true;
  }
  return false;
}

/** Initial environment of a running process; empty where this user may not read it. */
export function readEnvironment(pid: number): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return variables;
  }
  for (const variable of text.split('\0')) {
    const equals = variable.indexOf('=');
    if (equals > 0) variables.set(variable.slice(0, equals), variable.slice(equals + 1));
  }
  return variables;
}
