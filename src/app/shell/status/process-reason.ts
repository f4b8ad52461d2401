import type { ProcessStatus } from '../../../engine/contract/status.ts';
import { formatEnd } from '../../../engine/text/format-state.ts';
import { formatDuration } from './duration.ts';

/** The reason of a process's state, in words; empty if there is none. */
export function processReason(status: ProcessStatus, now: number): string {
  const parts: string[] = [];
  if (status.state === 'failed' || status.state === 'backoff') parts.push(formatEnd(status));
  else if (status.reason !== undefined) parts.push(status.reason);
  if (status.state === 'backoff' && status.until !== undefined) {
    const left = (Date.parse(status.until) - now) / 1000;
    parts.push(left > 0 ? `starts again in ${formatDuration(Math.ceil(left))}` : 'starts again now');
  }
  return parts.filter((part) => part !== '').join('; ');
}

/** How long a process has been in its state, in seconds: since its end, or since its start if it has not ended. */
export function stateAge(status: ProcessStatus, now: number): number | undefined {
  const time = status.state === 'pending' ? undefined : (status.finishedAt ?? status.startedAt);
  return time === undefined ? undefined : (now - Date.parse(time)) / 1000;
}
