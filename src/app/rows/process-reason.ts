import { formatEnd } from '../../engine/format-state.ts';
import type { ProcessStatus } from '../../engine/status.ts';
import { formatDuration } from './duration.ts';

/** Why a process is as it is, in words; empty if there is nothing to say. */
export function processReason(process: ProcessStatus, now: number): string {
  const parts: string[] = [];
  if (process.state === 'failed' || process.state === 'backoff') parts.push(formatEnd(process));
  else if (process.reason !== undefined) parts.push(process.reason);
  if (process.state === 'backoff' && process.until !== undefined) {
    const left = (Date.parse(process.until) - now) / 1000;
    parts.push(left > 0 ? `starts again in ${formatDuration(Math.ceil(left))}` : 'starts again now');
  }
  return parts.filter((part) => part !== '').join('; ');
}

/** For how long it has been so, in seconds: running since its start, or ended since its end. */
export function stateAge(process: ProcessStatus, now: number): number | undefined {
  const time = process.state === 'pending' ? undefined : (process.finishedAt ?? process.startedAt);
  return time === undefined ? undefined : (now - Date.parse(time)) / 1000;
}
