import type { ExperimentStatus, ProcessStatus } from '../contract/status.ts';
import { formatEnd } from './describe-ending.ts';
import { formatAge, formatDuration } from './durations.ts';
import { plainText } from './safe-text.ts';

/** A process's state as one cell: `running: 23.2h`, `failed: exit code 3`, `pending: waits for a GPU`. */
export function formatState(status: ProcessStatus, now: number): string {
  const runs = status.state === 'running' || status.state === 'starting';
  const details = [runs ? formatAge(status.startedAt, now) : '', stateReason(status, now)];
  const text = details.filter((detail) => detail !== '').join(', ');
  // Such as `stopped on request`: the reason names the state itself.
  if (/^\w+/.exec(text)?.[0] === status.state) return text;
  return text === '' ? status.state : `${status.state}: ${text}`;
}

/**
 * Why a process is in its state, in words that are safe to print: `exit code 1; starts again in 8s`. Empty if there is
 * nothing to say.
 * @param now milliseconds
 */
export function stateReason(status: ProcessStatus, now: number): string {
  const parts = [endOrReason(status)];
  if (status.state === 'backoff' && status.until !== undefined) {
    const left = (Date.parse(status.until) - now) / 1000;
    parts.push(left > 0 ? `starts again in ${formatDuration(Math.ceil(left))}` : 'starts again now');
  }
  return plainText(parts.filter((part) => part !== '').join('; '));
}

/** How a process that failed or waits for its restart ended, else the reason of its state; empty if there is none. */
export function endOrReason(status: ProcessStatus): string {
  if (status.state === 'failed' || status.state === 'backoff') return formatEnd(status);
  return status.reason ?? '';
}

/** An experiment's state as one cell. */
export function formatExperimentState(experiment: Pick<ExperimentStatus, 'state' | 'reason'>): string {
  return experiment.reason === undefined ? experiment.state : `${experiment.state}: ${experiment.reason}`;
}
