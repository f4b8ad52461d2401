import type { ProcessReference, ProcessState } from './status.ts';

/**
 * One thing that happened to an experiment, also its form in `-o json`. Where Symphony itself records events, that is each
 * change of a process's state, each rule that was applied, and each act of a user; a backend may add its own.
 */
export interface ClusterEvent {
  /** Identifies the event among those of its experiment. An event that is reported again keeps its id. */
  readonly id: string;
  /** When it happened, or happened last: ISO 8601 in UTC. */
  readonly time: string;
  /** Absent for an event of the whole experiment. */
  readonly process?: ProcessReference;
  /** The run of the process, from 1, if the event belongs to one. */
  readonly run?: number;
  /** The state that the process has since the event; absent if the event did not change it. */
  readonly state?: ProcessState;
  readonly kind: 'normal' | 'warning';
  /** One word for programs, in CamelCase: `Failed`, `StopRequested`. */
  readonly reason: string;
  /** What happened, in words. */
  readonly message: string;
  /** How often it happened, where repetitions are counted instead of listed. */
  readonly count: number;
}

export interface EventsOptions {
  /** Continue with new events until the signal aborts or the experiment is deleted. */
  readonly follow?: boolean;
  /** Of the events so far, only this many, the last ones. */
  readonly tail?: number;
  /** Of the events so far, only those at or after this time. */
  readonly since?: Date;
  readonly signal?: AbortSignal | undefined;
}

/** Orders events by time, and picks those that the options ask for. Events of the same time keep their order. */
export function selectEvents(
  events: readonly ClusterEvent[],
  { tail, since }: Pick<EventsOptions, 'tail' | 'since'> = {},
): readonly ClusterEvent[] {
  const from = since?.toISOString() ?? '';
  const selected = events
    .filter(({ time }) => time >= from)
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  return tail === undefined ? selected : selected.slice(Math.max(0, selected.length - tail));
}
