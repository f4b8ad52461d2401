import type { ExperimentStatus, ProcessStatus } from '../contract/status.ts';
import { formatDuration, secondsSince } from './format-duration.ts';

/** A process's state as one cell: `running: 23.2h`, `failed: exit code 3`, `pending: waits for a GPU`. */
export function formatState(status: ProcessStatus, now: number): string {
  const detail = stateDetail(status, now);
  return detail === '' ? status.state : `${status.state}: ${detail}`;
}

function stateDetail(status: ProcessStatus, now: number): string {
  switch (status.state) {
    case 'running':
    case 'starting':
      return [status.startedAt === undefined ? '' : formatDuration(secondsSince(status.startedAt, now)), status.reason]
        .filter(Boolean)
        .join(', ');
    case 'backoff': {
      const left = status.until === undefined ? undefined : Math.max(0, (Date.parse(status.until) - now) / 1000);
      return [left === undefined ? '' : `again in ${formatDuration(left)}`, formatEnd(status)]
        .filter(Boolean)
        .join(', ');
    }
    case 'failed':
      return formatEnd(status);
    default:
      return status.reason ?? '';
  }
}

/** How the last run ended: the reason if it is known, with the exit code or the signal unless the reason names it. */
export function formatEnd(status: Pick<ProcessStatus, 'exitCode' | 'signal' | 'reason'>): string {
  const fact = status.signal ?? (status.exitCode === undefined ? undefined : `exit code ${status.exitCode}`);
  if (status.reason === undefined) return fact ?? '';
  const known = fact === undefined || status.reason.includes(status.signal ?? String(status.exitCode));
  return known ? status.reason : `${fact}, ${status.reason}`;
}

/** An experiment's state as one cell. */
export function formatExperimentState(experiment: Pick<ExperimentStatus, 'state' | 'reason'>): string {
  return experiment.reason === undefined ? experiment.state : `${experiment.state}: ${experiment.reason}`;
}
