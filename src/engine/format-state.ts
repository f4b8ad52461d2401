import { formatDuration, secondsSince } from './format-duration.ts';
import type { ExperimentStatus, ProcessStatus } from './status.ts';

/** A process's state as one cell: `running: 23.2h`, `failed: exit code 3`, `pending: waits for a GPU`. */
export function formatState(process: ProcessStatus, now: number): string {
  const detail = stateDetail(process, now);
  return detail === '' ? process.state : `${process.state}: ${detail}`;
}

function stateDetail(process: ProcessStatus, now: number): string {
  switch (process.state) {
    case 'running':
    case 'starting':
      return [
        process.startedAt === undefined ? '' : formatDuration(secondsSince(process.startedAt, now)),
        process.reason,
      ]
        .filter(Boolean)
        .join(', ');
    case 'backoff': {
      const left = process.until === undefined ? undefined : Math.max(0, (Date.parse(process.until) - now) / 1000);
      return [left === undefined ? '' : `again in ${formatDuration(left)}`, formatEnd(process)]
        .filter(Boolean)
        .join(', ');
    }
    case 'failed':
      return formatEnd(process);
    default:
      return process.reason ?? '';
  }
}

/** How its last run ended: what is known in words, else the exit code or the signal. */
export function formatEnd(process: Pick<ProcessStatus, 'exitCode' | 'signal' | 'reason'>): string {
  const fact = process.signal ?? (process.exitCode === undefined ? undefined : `exit code ${process.exitCode}`);
  if (process.reason === undefined) return fact ?? '';
  const known = fact === undefined || process.reason.includes(process.signal ?? String(process.exitCode));
  return known ? process.reason : `${fact}, ${process.reason}`;
}

/** An experiment's state as one cell. */
export function formatExperimentState(experiment: Pick<ExperimentStatus, 'state' | 'reason'>): string {
  return experiment.reason === undefined ? experiment.state : `${experiment.state}: ${experiment.reason}`;
}
