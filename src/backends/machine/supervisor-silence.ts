import { readFileSync } from 'node:fs';
import { SymphonyError } from '../../engine/errors.ts';
import { readTableEntry } from './process-table.ts';
import { supervisorSocket } from './runtime-folder.ts';

/**
 * Says what is known of a supervisor that does not answer: `The supervisor (pid 12) has not answered for 2 s`.
 * @param seconds how long it has been silent, if that is known
 */
export function describeSilence(pid: number | undefined, seconds?: number): string {
  const who = pid === undefined ? 'The supervisor' : `The supervisor (pid ${pid})`;
  const silent = seconds === undefined ? 'does not answer' : `has not answered for ${seconds} s`;
  return isStopped(pid) ? `${who} is stopped, and ${silent}` : `${who} ${silent}`;
}

/** What a call ends with that waited for a supervisor for too long. */
export function supervisorSilent(pid: number | undefined, seconds?: number): SymphonyError {
  const end = 'What it supervises goes on when it is ended, and the next command starts another one';
  const hint =
    pid === undefined
      ? 'Run the command again.'
      : isStopped(pid)
        ? `Let it go on with: kill -CONT ${pid}. Or end it with: kill -9 ${pid}. ${end}.`
        : `If it stays so, end it with: kill -9 ${pid}. ${end}.`;
  return new SymphonyError('failed', `${describeSilence(pid, seconds)}.`, { hint });
}

/** The process that holds the place of the supervisor, whether it answers or not. */
export function supervisorPid(): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(supervisorLock(), 'utf8')) as { readonly pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Held by the one supervisor of this state. */
export function supervisorLock(): string {
  return `${supervisorSocket()}.lock`;
}

/** Whether it was stopped by a signal, and so does nothing before another one lets it go on. */
export function isStopped(pid: number | undefined): boolean {
  if (pid === undefined || process.platform !== 'linux') return false;
  const state = readTableEntry(pid)?.state;
  return state === 'T' || state === 't';
}
