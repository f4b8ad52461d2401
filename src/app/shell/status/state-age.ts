import type { ProcessStatus } from '../../../engine/contract/status.ts';
import { secondsSince } from '../../../engine/text/durations.ts';

/** How long a process has been in its state, in seconds: since its end, or since its start if it has not ended. */
export function stateAge(status: ProcessStatus, now: number): number | undefined {
  return status.state === 'pending' ? undefined : secondsSince(status.finishedAt ?? status.startedAt, now);
}
