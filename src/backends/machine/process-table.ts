import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export interface TableEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** As ps(1) writes it: R, S, D, Z, T … */
  readonly state: string;
  /** Clock ticks since boot; '' where it is not known. */
  readonly startTime: string;
  readonly command: string;
  /** Seconds of CPU used so far. */
  readonly cpuSeconds: number;
  /** Resident bytes. */
  readonly memory: number;
}

export type ProcessTable = ReadonlyMap<number, TableEntry>;

/** sysconf(_SC_CLK_TCK) and the page size are these on every Linux that Node runs on but a few with larger pages. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** Every process of this machine that can be seen. */
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

/** One process, from proc_pid_stat(5). */
export function readTableEntry(pid: number): TableEntry | undefined {
  let stat: string;
  try {
    // As text at once: a buffer for each process and look is garbage that Node collects late.
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command stands in parentheses and may hold spaces and parentheses itself.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const field = (number: number) => fields[number - 3] ?? '';
  return {
    pid,
    command: stat.slice(stat.indexOf('(') + 1, end),
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

/** Whether a process of that pid and start time lives; a zombie does not. */
export function isAlive(pid: number, startTime: string): boolean {
  const entry = process.platform === 'linux' ? readTableEntry(pid) : undefined;
  if (entry !== undefined) {
    return entry.state !== 'Z' && entry.state !== 'X' && (startTime === '' || entry.startTime === startTime);
  }
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Variables of a running process as it was started; empty where that is not for us to see. */
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
