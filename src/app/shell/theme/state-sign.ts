import type { ExperimentState, ProcessState, ProcessStatus } from '../../../engine/contract/status.ts';
import type { Role } from './theme.ts';

/** The sign and the style of a state. The sign alone identifies the state, for terminals without colours. */
export interface StateSign {
  readonly sign: string;
  readonly role: Role;
}

const processSigns: Readonly<Record<ProcessState, StateSign>> = {
  pending: { sign: '○', role: 'dim' },
  starting: { sign: '◐', role: 'busy' },
  running: { sign: '●', role: 'good' },
  backoff: { sign: '↻', role: 'warning' },
  succeeded: { sign: '✓', role: 'dim' },
  failed: { sign: '✗', role: 'bad' },
  stopped: { sign: '■', role: 'dim' },
  lost: { sign: '?', role: 'bad' },
};

/** A blocked process, which waits until the user fixes its cause, looks different from one that merely waits. */
export function processSign({ state, blocked }: Pick<ProcessStatus, 'state' | 'blocked'>): StateSign {
  return blocked && state !== 'backoff' ? { sign: '▲', role: 'warning' } : processSigns[state];
}

export const experimentSigns: Readonly<Record<ExperimentState, StateSign>> = {
  starting: { sign: '◐', role: 'busy' },
  running: { sign: '●', role: 'good' },
  degraded: { sign: '▲', role: 'warning' },
  succeeded: { sign: '✓', role: 'dim' },
  failed: { sign: '✗', role: 'bad' },
  stopping: { sign: '◌', role: 'busy' },
};
