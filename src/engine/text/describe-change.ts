import type { ProcessState } from '../contract/status.ts';
import { describeEnding, type Ending } from './describe-ending.ts';

export interface ChangedProcess {
  readonly state: ProcessState;
  /** Why it is in this state, in words. */
  readonly reason?: string;
  /** The number of its newest run; 0 before the first. */
  readonly run: number;
  /** How that run ended. */
  readonly ending?: Ending;
  /** Whether it was ended in order to start again. */
  readonly startsAgain: boolean;
}

/** What a change of a process to its state means, in words. The text depends on nothing else, so that it can be compared. */
export function describeChange({ state, reason, run, ending, startsAgain }: ChangedProcess): string {
  switch (state) {
    case 'pending':
      return reason ?? 'waits for its start';
    case 'starting':
      return `run ${run} starts`;
    case 'running':
      return `run ${run} is ready`;
    case 'backoff':
      return startsAgain ? 'ended for its restart' : `waits for its restart: ${reason ?? describeEnding(ending ?? {})}`;
    case 'stopped':
      return reason ?? 'stopped';
    default:
      return reason ?? describeEnding(ending ?? {});
  }
}
