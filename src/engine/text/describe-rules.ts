import { parseProcessKey } from '../contract/process-key.ts';
import { formatProcess, type ProcessState } from '../contract/status.ts';
import type { StartCondition } from '../spec/experiment-spec.ts';
import type { ResolvedCondition } from '../spec/resolve/resolved-experiment.ts';
import { formatExactDuration } from './durations.ts';

/** What a rule says of a process that has ended for good. */
export interface EndedProcess {
  readonly key: string;
  readonly state: ProcessState;
  /** Absent: it was never started. */
  readonly reached?: 'started' | 'ready';
  /** How it ended, in words. */
  readonly reason?: string;
}

const maxNamedConditions = 3;

const goals: Readonly<Record<StartCondition, string>> = {
  started: 'to start',
  ready: 'to be ready',
  succeeded: 'to succeed',
  ended: 'to end',
};

/** Why a process is not started yet: `waits for prepare to succeed and replay to be ready`. @param unmet at least one */
export function describeWaiting(unmet: readonly ResolvedCondition[]): string {
  const named = unmet.slice(0, maxNamedConditions).map(({ key, condition }) => `${nameOf(key)} ${goals[condition]}`);
  const others = unmet.length - named.length;
  return `waits for ${joinWords(others > 0 ? [...named, `${others} more`] : named)}`;
}

/** Why a process is never started: `not started: prepare failed (exit code 3)`. @param cause in words */
export function describeNeverStarted(cause: string): string {
  return `not started: ${cause}`;
}

/** `prepare failed (exit code 3)`, `replay was not started`. */
export function describeEnded({ key, state, reached, reason }: EndedProcess): string {
  const name = nameOf(key);
  if (state === 'succeeded') return `${name} succeeded`;
  if (state === 'stopped') return `${name} was ${reached === undefined ? 'not started' : 'stopped'}`;
  const verb = state === 'lost' ? 'was lost' : 'failed';
  return reason === undefined ? `${name} ${verb}` : `${name} ${verb} (${reason})`;
}

/**
 * Why an experiment is over: `learner ended the experiment`, `learner failed (exit code 3), which ended the experiment`.
 * @param names of those that the experiment ends with
 * @param broken of these, the first that did not succeed
 */
export function describeEndedBy(names: readonly string[], broken: EndedProcess | undefined): string {
  if (broken === undefined) return `${joinWords(shorten(names))} ended the experiment`;
  return `${describeEnded(broken)}, which ended the experiment`;
}

/** Why a process is stopped when another one has failed and the experiment says `onFailure: stop`. */
export function describeStoppedByFailure(key: string): string {
  return `stopped, because ${nameOf(key)} failed`;
}

/** Why a run was stopped, or an experiment: `ran longer than 12h`. @param seconds the limit */
export function describeTooLong(seconds: number): string {
  return `ran longer than ${formatExactDuration(seconds)}`;
}

function nameOf(key: string): string {
  return formatProcess(parseProcessKey(key));
}

function shorten(names: readonly string[]): readonly string[] {
  const others = names.length - maxNamedConditions;
  return others > 0 ? [...names.slice(0, maxNamedConditions), `${others} more`] : names;
}

/** `a`, `a and b`, `a, b and c`. */
function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
