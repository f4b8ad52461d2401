import { readFileSync } from 'node:fs';

/** What the kernel knows about one process. */
export interface ProcessStat {
  /** The command, as its first 15 bytes. */
  readonly command: string;
  /** Returns a field by its number in proc_pid_stat(5), from 3 on; '' if the kernel does not have it. */
  field(number: number): string;
}

/**
 * Reads `/proc/PID/stat`.
 * @returns undefined if there is no such process, or the system has no /proc
 */
export function readProcessStat(pid: number): ProcessStat | undefined {
  let stat: string;
  try {
    // Read as text, because a buffer for each read is garbage that Node collects late.
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command is in parentheses and may itself contain spaces and parentheses.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  return { command: stat.slice(stat.indexOf('(') + 1, end), field: (number) => fields[number - 3] ?? '' };
}

/** Whether a state of a process, as ps(1) shows it, means that it has ended: it only waits for its parent. */
export function isEndedState(state: string): boolean {
  return state === 'Z' || state === 'X';
}
