import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import { parseProcessKey } from '../../../engine/contract/process-key.ts';
import { formatProcess, isFinal, type ProcessReference } from '../../../engine/contract/status.ts';
import { hasStarted, type ProcessRuntime, type RecordedRun } from '../../../engine/rules/process-runtime.ts';
import { countOf } from '../../../engine/text/sentences.ts';

/** As many ended containers of a process are kept, for their logs. */
export const keptRuns = 5;

const maxNamed = 3;

/**
 * Whether the log of a run that has no container is lost: it had a container, which was not Symphony's to remove.
 * @param current what is on record of its process
 */
export function isLogLost(recorded: RecordedRun, current: ProcessRuntime): boolean {
  const { run, finishedAt, exitCode, reason } = recorded;
  if (run <= current.run - keptRuns) return false;
  if (finishedAt === undefined) return run < current.run || hasStarted(current) || isFinal(current.state);
  // A start that fails, or is interrupted, leaves no container, or one that has written nothing.
  const hasFailedToStart = exitCode !== undefined && /^(cannot be|it was never) started/.test(reason ?? '');
  return !hasFailedToStart && !(exitCode === undefined && current.reached === undefined);
}

/** Whether a log of this run could have lines of the wanted time. */
export function isInTime({ startedAt, finishedAt }: RecordedRun, { since, until }: LogOptions): boolean {
  const isBefore = since !== undefined && finishedAt !== undefined && Date.parse(finishedAt) < since.getTime();
  const isAfter = until !== undefined && Date.parse(startedAt) > until.getTime();
  return !isBefore && !isAfter;
}

/** What a log reader shows in place of a lost log. */
export function lostLogNotice({ group, name }: ProcessReference, run: number): LogLine {
  const text = `the log of run ${run} is gone: its container was removed`;
  return { group, name, run, kind: 'notice', text };
}

/** Describes lost logs for the history. @param lost runs by the key of their process */
export function describeLostLogs(lost: ReadonlyMap<string, readonly number[]>): string[] {
  const ofRuns = [...lost].filter(([, runs]) => runs.length > 0);
  if (ofRuns.length === 0) return [];
  const named = ofRuns.slice(0, maxNamed).map(([key, runs]) => {
    const numbers = runs.length === 1 ? `run ${runs[0]}` : `runs ${runs.join(', ')}`;
    return `${formatProcess(parseProcessKey(key))} (${numbers})`;
  });
  const more =
    ofRuns.length > maxNamed ? ` and of ${countOf(ofRuns.length - maxNamed, 'more process', 'more processes')}` : '';
  const isOne = ofRuns.length === 1 && ofRuns[0]?.[1].length === 1;
  const what = isOne ? 'the log' : 'logs';
  const why = isOne ? 'is gone: its container was removed' : 'are gone: their containers were removed';
  return [`${what} of ${named.join(', ')}${more} ${why}`];
}
