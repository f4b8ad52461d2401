import type { ResolvedProcess } from '../spec/resolve/resolved-experiment.ts';
import { describeEnding } from '../text/describe-ending.ts';
import { describeExhausted } from '../text/describe-restart.ts';
import { endRun, isSuccess, type ProcessRuntime, type RunEnding, type WantedEnd } from './process-runtime.ts';
import { decideRestart } from './restart-policy.ts';

/**
 * Determines the next state of a process whose run has ended: stopped, if the end was requested as a stop; else what its
 * restart policy says. A run without a known exit code did not succeed, nor did one whose requested end counts as failed.
 * @param wanted the requested end; undefined if the run ended on its own
 * @param now milliseconds since 1970
 */
export function nextRuntime(
  policy: Pick<ResolvedProcess, 'restart' | 'maxRestarts'>,
  runtime: ProcessRuntime,
  ending: RunEnding,
  wanted: WantedEnd | undefined,
  now: number,
): ProcessRuntime {
  if (wanted?.startsAgain) {
    // Not `stopped`: waiting clients must keep waiting, and after a crash the next supervisor must start it.
    const until = new Date(now).toISOString();
    return endRun(runtime, ending, { state: 'backoff', reason: wanted.reason, until });
  }
  if (wanted?.countsAs === 'failed')
    return afterRun(policy, runtime, { ...ending, reason: wanted.reason }, 'failed', now);
  if (wanted !== undefined) return endRun(runtime, ending, { state: 'stopped', reason: wanted.reason });
  const verdict = isSuccess(ending) ? 'succeeded' : ending.exitCode === undefined ? 'lost' : 'failed';
  return afterRun(policy, runtime, ending, verdict, now);
}

/** The next state by the restart policy. */
function afterRun(
  policy: Pick<ResolvedProcess, 'restart' | 'maxRestarts'>,
  runtime: ProcessRuntime,
  ending: RunEnding,
  verdict: 'succeeded' | 'failed' | 'lost',
  now: number,
): ProcessRuntime {
  const succeeded = verdict === 'succeeded';
  const { restartsInARow } = runtime;
  const seconds = millisecondsSinceStart(runtime, ending.time) / 1000;
  const decision = decideRestart(policy.restart, policy.maxRestarts, {
    succeeded,
    seconds,
    restartsInARow,
  });
  const why = describeEnding(ending);
  if (decision.restart) {
    const until = new Date(now + decision.delaySeconds * 1000).toISOString();
    const next = { state: 'backoff', reason: why, until } as const;
    return endRun({ ...runtime, restartsInARow: decision.restartsInARow }, ending, next);
  }
  const reason = decision.exhausted ? describeExhausted(why, restartsInARow) : succeeded ? undefined : why;
  return endRun(runtime, ending, { state: verdict, reason });
}

export function millisecondsSinceStart(runtime: ProcessRuntime, time: number): number {
  return time - Date.parse(runtime.runs.at(-1)?.startedAt ?? '') || 0;
}
