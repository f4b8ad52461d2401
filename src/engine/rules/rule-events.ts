import type { ClusterEvent } from '../contract/events.ts';
import { parseProcessKey } from '../contract/process-key.ts';
import type { ExperimentEnd } from './experiment-end.ts';
import type { ReasonedProcess } from './experiment-rules.ts';

/** The event of a rule that was applied. It follows from the state, so that another supervisor finds it again. */
export type RuleEvent = Pick<ClusterEvent, 'kind' | 'reason' | 'message'> &
  Partial<Pick<ClusterEvent, 'process' | 'time' | 'run'>>;

/** The event of the end of an experiment by one of its rules. */
export function overEvent({ outcome, reason, rule, time }: ExperimentEnd): RuleEvent {
  const kind = outcome === 'failed' ? 'warning' : 'normal';
  return { time, kind, reason: 'Over', message: `${outcome}, by ${rule}: ${reason}` };
}

/** The event of a process that waits for others. */
export function waitingEvent({ key, reason }: ReasonedProcess): RuleEvent {
  return { process: parseProcessKey(key), kind: 'normal', reason: 'Waiting', message: reason };
}

/** The event of a run that hangs and is being ended. @param reason why, in words */
export function hangEvent({ key, reason }: ReasonedProcess, run: number): RuleEvent {
  return { process: parseProcessKey(key), run, kind: 'warning', reason: 'Hangs', message: reason };
}
