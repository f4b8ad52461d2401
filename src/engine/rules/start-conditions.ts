import type { ResolvedCondition } from '../spec/resolve/resolved-experiment.ts';
import { describeEnded, describeNeverStarted, describeWaiting } from '../text/describe-rules.ts';
import { hasEnded, type ProcessFacts } from './experiment-end.ts';

export type StartVerdict =
  | { readonly verdict: 'start' }
  /** With what it waits for, or why it is never started, in words. */
  | { readonly verdict: 'wait' | 'skip'; readonly reason: string };

/** Judges whether a process may start. @param byKey the facts of all processes that the conditions name */
export function judgeStart(
  conditions: readonly ResolvedCondition[],
  byKey: ReadonlyMap<string, ProcessFacts>,
): StartVerdict {
  const unmet = conditions.filter(({ key, condition }) => !holds(condition, byKey.get(key)));
  if (unmet.length === 0) return { verdict: 'start' };
  for (const { key } of unmet) {
    const awaited = byKey.get(key);
    if (awaited !== undefined && hasEnded(awaited))
      return { verdict: 'skip', reason: describeNeverStarted(describeEnded(awaited)) };
  }
  return { verdict: 'wait', reason: describeWaiting(unmet) };
}

function holds(condition: ResolvedCondition['condition'], awaited: ProcessFacts | undefined): boolean {
  if (awaited === undefined) return false;
  const hasSucceeded = hasEnded(awaited) && awaited.state === 'succeeded';
  switch (condition) {
    case 'started':
      return awaited.reached !== undefined;
    case 'ready':
      return awaited.reached === 'ready' || hasSucceeded;
    case 'succeeded':
      return hasSucceeded;
    case 'ended':
      return hasEnded(awaited);
  }
}
