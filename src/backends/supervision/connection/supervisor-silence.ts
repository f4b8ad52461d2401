import { readFileSync } from 'node:fs';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { readTableEntry } from '../../kit/host/process-table.ts';
import { supervisorSocket } from '../../kit/host/runtime-folder.ts';

/**
 * Describes a supervisor that does not answer: `The supervisor (pid 12) has not answered for 2 s`.
 * @param seconds how long it has been silent, if known
 */
export function describeSilence(pid: number | undefined, seconds?: number): string {
  const who = pid === undefined ? 'The supervisor' : `The supervisor (pid ${pid})`;
  const silent = seconds === undefined ? 'does not answer' : `has not answered for ${seconds} s`;
  return isStopped(pid) ? `${who} is stopped, and ${silent}` : `${who} ${silent}`;
}

/** The error of a call that waited too long for a supervisor. */
export function supervisorSilent(pid: number | undefined, seconds?: number): SymphonyError {
  const end = 'Its processes keep running, and the next command starts another one';
  const hint =
    pid === undefined
      ? 'Run the command again.'
      : isStopped(pid)
        ? `Continue it with: kill -CONT ${pid}. Or end it with: kill -9 ${pid}. ${end}.`
        : `If it does not recover, end it with: kill -9 ${pid}. ${end}.`;
  return new SymphonyError('failed', `${describeSilence(pid, seconds)}.`, { hint });
}

/** The pid of the process that holds the supervisor lock, whether it answers or not. */
export function supervisorPid(): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(supervisorLock(), 'utf8')) as { readonly pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** The lock that the only supervisor of this state folder holds. */
export function supervisorLock(): string {
  return `${supervisorSocket()}.lock`;
}

/** Whether a process is stopped by a signal, and so does nothing until it is continued. */
export function isStopped(pid: number | undefined): boolean {
  if (pid === undefined || process.platform !== 'linux') return false;
  const state = readTableEntry(pid)?.state;
  return state === 'T' || state === 't';
}
