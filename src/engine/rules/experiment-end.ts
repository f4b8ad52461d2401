import { isFinal, type ProcessState } from '../contract/status.ts';
import type { ResolvedExperiment } from '../spec/resolve/resolved-experiment.ts';
import { describeEnded, describeEndedBy, describeTooLong } from '../text/describe-rules.ts';
import type { WantedEnd } from './process-runtime.ts';

/** What the rules of an experiment know of one of its processes. */
export interface ProcessFacts {
  /** See `processKey`. */
  readonly key: string;
  readonly state: ProcessState;
  /** The furthest that any of its runs has got; absent: it was never started. */
  readonly reached?: 'started' | 'ready';
  /** When its newest run began and ended, in milliseconds since 1970; absent: there is none, or it is unknown. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Why it is in its state, in words: `exit code 3`. */
  readonly reason?: string;
  /** A start of it is planned or under way. */
  readonly willStart: boolean;
  /** The requested end of its run; undefined if none was requested. */
  readonly wantedEnd: WantedEnd | undefined;
}

/** The end of an experiment by one of its rules, as it is persisted. */
export interface ExperimentEnd {
  readonly outcome: 'succeeded' | 'failed';
  /** Why, in words: `learner ended the experiment`. */
  readonly reason: string;
  readonly rule: 'endsWith' | 'maxDuration' | 'onFailure';
  /** The process that failed, for `onFailure`. */
  readonly failed?: string;
  /** ISO 8601; the delay of `endsWith` begins then. */
  readonly time: string;
  /** Keys of processes that were started on request since then: the end does not concern them. */
  readonly spared?: readonly string[];
}

export type RuledExperiment = Pick<ResolvedExperiment, 'processes' | 'onFailure' | 'endsWith' | 'maxDuration'>;

/** What the rules know of an experiment. */
export interface ExperimentFacts {
  /** Milliseconds since 1970. */
  readonly launchedAt: number;
  /** All its processes. */
  readonly processes: readonly ProcessFacts[];
  /** The end that is on record; undefined if the experiment is not over by a rule. */
  readonly end: ExperimentEnd | undefined;
}

/** Whether a process has ended for good. One that is about to be started again on request has not. */
export function hasEnded({ state, willStart }: Pick<ProcessFacts, 'state' | 'willStart'>): boolean {
  return isFinal(state) && !willStart;
}

function isBroken(facts: ProcessFacts): boolean {
  return hasEnded(facts) && (facts.state === 'failed' || facts.state === 'lost');
}

/**
 * Judges whether an experiment is over by one of its rules.
 *
 * An end on record stands, because the processes that it stops would not tell why. It is withdrawn when a process that
 * caused it is started again on request, and judged anew when that process has ended again.
 * @param now milliseconds since 1970
 * @returns the end to record before anything follows from it; the one on record, the same object, if that stands
 */
export function judgeEnd(experiment: RuledExperiment, facts: ExperimentFacts, now: number): ExperimentEnd | undefined {
  const { end } = facts;
  if (end !== undefined) {
    const renewed = renewEnd(experiment, facts, end, now);
    if (renewed !== undefined) return renewed;
  }
  return (
    endByFailure(experiment, facts.processes, now) ??
    endByProcesses(experiment, facts, now) ??
    endByDuration(experiment, facts, now)
  );
}

/** The end on record, or a new one in its place; undefined if it no longer holds. */
function renewEnd(
  experiment: RuledExperiment,
  facts: ExperimentFacts,
  end: ExperimentEnd,
  now: number,
): ExperimentEnd | undefined {
  const spared = new Set(end.spared);
  // A process that was started on request and has ended since changes what its rule says.
  const isRepeated = experiment.endsWith?.keys.some((key) => spared.has(key)) ?? false;
  const byProcesses = endByProcesses(experiment, facts, now);
  if (byProcesses !== undefined && isRepeated) return byProcesses;
  switch (end.rule) {
    case 'endsWith':
      return byProcesses === undefined ? undefined : end;
    case 'maxDuration':
      return end;
    case 'onFailure': {
      const failedAgain = facts.processes.filter(({ key }) => spared.has(key));
      const again = endByFailure(experiment, failedAgain, now);
      return again ?? (facts.processes.some(isBroken) ? end : undefined);
    }
  }
}

function endByFailure(
  { onFailure }: RuledExperiment,
  processes: readonly ProcessFacts[],
  now: number,
): ExperimentEnd | undefined {
  const failed = onFailure === 'stop' ? processes.find(isBroken) : undefined;
  if (failed === undefined) return undefined;
  const time = toTime(failed.endedAt, now);
  return { outcome: 'failed', reason: describeEnded(failed), rule: 'onFailure', failed: failed.key, time };
}

function endByProcesses(
  { endsWith }: RuledExperiment,
  { processes }: ExperimentFacts,
  now: number,
): ExperimentEnd | undefined {
  if (endsWith === null) return undefined;
  const keys = new Set(endsWith.keys);
  const awaited = processes.filter(({ key }) => keys.has(key));
  if (!awaited.every(hasEnded)) return undefined;
  const broken = awaited.find(({ state }) => state !== 'succeeded');
  // Not the time of the judgement: a supervisor that was away must not lengthen the delay.
  const ends = awaited.flatMap(({ endedAt }) => endedAt ?? []);
  return {
    outcome: broken === undefined ? 'succeeded' : 'failed',
    reason: describeEndedBy(endsWith.names, broken),
    rule: 'endsWith',
    time: toTime(ends.length === 0 ? undefined : Math.max(...ends), now),
  };
}

function endByDuration(
  experiment: RuledExperiment,
  { launchedAt, processes }: ExperimentFacts,
  now: number,
): ExperimentEnd | undefined {
  const { maxDuration } = experiment;
  if (maxDuration === null || now < launchedAt + maxDuration * 1000 || processes.every(hasEnded)) return undefined;
  const time = new Date(now).toISOString();
  return { outcome: 'failed', reason: describeTooLong(maxDuration), rule: 'maxDuration', time };
}

function toTime(milliseconds: number | undefined, now: number): string {
  return new Date(Math.min(milliseconds ?? now, now)).toISOString();
}

/**
 * The end to record when processes are started on request although the experiment is over: it does not concern them. It
 * must be on record before they are started, and they must be about to start when the rules are judged next.
 */
export function spareProcesses(end: ExperimentEnd | undefined, keys: readonly string[]): ExperimentEnd | undefined {
  return end && { ...end, spared: [...new Set([...(end.spared ?? []), ...keys])] };
}
