import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const pollMilliseconds = 30;

/** Signals every process of a group; does nothing if it is gone. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Resolves with whether the group is gone, after at most this time. */
export async function groupEnds(group: number, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (groupRuns(group)) {
    if (performance.now() >= deadline) return false;
    await delay(pollMilliseconds);
  }
  return true;
}

/** Whether a process of the group runs. A zombie does not: it only waits for its parent. */
export function groupRuns(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && isRunningMember(entry, group));
}

function isRunningMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , member] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(member) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
