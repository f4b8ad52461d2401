import type { ClusterEvent } from '../contract/events.ts';
import type { ProcessState } from '../contract/status.ts';
import { describeChange } from '../text/describe-change.ts';
import { isSuccess, type ProcessRuntime } from './process-runtime.ts';

/** An event of one process, whose name its caller knows. */
export type ProcessEvent = Pick<ClusterEvent, 'time' | 'run' | 'state' | 'kind' | 'reason' | 'message'>;

/** The reason of the event of each state. A run after the first begins with `Restarting`. */
export const stateReasons: Readonly<Record<ProcessState, string>> = {
  pending: 'Pending',
  starting: 'Starting',
  running: 'Ready',
  backoff: 'BackOff',
  succeeded: 'Succeeded',
  failed: 'Failed',
  stopped: 'Stopped',
  lost: 'Lost',
};

/**
 * The events of a change of a process: exactly one of its state if that changed or the next run began, else one if a
 * running process became ready again or is no longer ready; and one if it is blocked since then. An unchanged process
 * yields none.
 * @param now milliseconds since 1970: the time of an event that the runtime does not tell
 */
export function processEvents(before: ProcessRuntime, after: ProcessRuntime, now: number): readonly ProcessEvent[] {
  const blocked = after.blocked && !before.blocked ? [blockedEvent(after, now)] : [];
  if (before.state !== after.state || before.run !== after.run) return [stateEvent(after, now), ...blocked];
  if (after.state !== 'running' || before.ready === after.ready) return blocked;
  return [readinessEvent(after, now), ...blocked];
}

/** The event of the state that a process is in. */
export function stateEvent(runtime: ProcessRuntime, now: number): ProcessEvent {
  const { state, run } = runtime;
  return {
    time: timeOf(runtime, now),
    ...(run > 0 ? { run } : {}),
    state,
    kind: isTrouble(runtime) ? 'warning' : 'normal',
    reason: state === 'starting' && run > 1 ? 'Restarting' : stateReasons[state],
    message: describe(runtime),
  };
}

function describe({ state, reason, run, runs, wanted }: ProcessRuntime): string {
  const ending = runs.at(-1);
  return describeChange({
    state,
    run,
    startsAgain: wanted?.startsAgain ?? false,
    ...(reason === undefined ? {} : { reason }),
    ...(ending === undefined ? {} : { ending }),
  });
}

function readinessEvent({ run, ready, reason }: ProcessRuntime, now: number): ProcessEvent {
  const time = new Date(now).toISOString();
  return ready
    ? { time, run, kind: 'normal', reason: 'Ready', message: 'ready again' }
    : { time, run, kind: 'warning', reason: 'NotReady', message: reason ?? 'no longer ready' };
}

function blockedEvent({ run, reason }: ProcessRuntime, now: number): ProcessEvent {
  const time = new Date(now).toISOString();
  return { time, ...(run > 0 ? { run } : {}), kind: 'warning', reason: 'Blocked', message: reason ?? 'cannot go on' };
}

/** The runtime tells when a run began or ended; clocks may disagree, and an end is never before its start. */
function timeOf({ state, runs }: ProcessRuntime, now: number): string {
  const last = runs.at(-1);
  const unknown = new Date(now).toISOString();
  if (last === undefined || state === 'pending' || state === 'running') return unknown;
  if (state === 'starting') return last.startedAt;
  const { startedAt, finishedAt } = last;
  if (finishedAt === undefined) return unknown;
  return finishedAt < startedAt ? startedAt : finishedAt;
}

function isTrouble({ state, runs, wanted }: ProcessRuntime): boolean {
  if (state === 'failed' || state === 'lost') return true;
  const last = runs.at(-1);
  const succeeded = last !== undefined && isSuccess(last) && last.reason === undefined;
  return state === 'backoff' && !wanted?.startsAgain && !succeeded;
}
