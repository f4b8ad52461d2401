import type { ClusterEvent } from '../../../engine/contract/events.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import { isFinal, type ProcessStatus, type RunStatus } from '../../../engine/contract/status.ts';
import { stateEvent } from '../../../engine/rules/process-events.ts';
import { notStarted, type ProcessRuntime } from '../../../engine/rules/process-runtime.ts';
import { shortHash } from '../../../engine/text/short-hash.ts';

/**
 * The events of the state of a process and of its known runs, oldest first, in the words of the other backends. Kubernetes
 * keeps its own events for an hour, and the status of a pod tells its newest runs as long as the pod exists. What is derived
 * again later has the same id.
 * @param runs the known ones, oldest first
 * @param now milliseconds since 1970: the time of a change that nothing else tells; undefined leaves such changes out
 */
export function stateEvents(
  launchId: string,
  status: ProcessStatus,
  runs: readonly RunStatus[],
  now: number | undefined,
): readonly ClusterEvent[] {
  return runtimes(status, runs)
    .filter((runtime) => now !== undefined || isTimed(runtime))
    .map((runtime) => toEvent(launchId, status, runtime, now ?? 0));
}

/** The newest run of a process, as far as its status tells. */
export function newestRun({ restarts, startedAt, finishedAt, exitCode, signal, reason }: ProcessStatus): RunStatus[] {
  if (startedAt === undefined) return [];
  return [
    {
      run: restarts + 1,
      startedAt,
      ...(finishedAt === undefined ? {} : { finishedAt }),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(signal === undefined ? {} : { signal }),
      ...(reason === undefined || finishedAt === undefined ? {} : { reason }),
    },
  ];
}

/** What the process was, in order, up to what it is. */
function runtimes({ state, reason, ready }: ProcessStatus, runs: readonly RunStatus[]): ProcessRuntime[] {
  const newest = runs.at(-1);
  const past = runs
    .filter(({ startedAt }) => startedAt !== '')
    .flatMap((run) => {
      const begun = runtimeOf('starting', run);
      const isCurrent = run === newest && isFinal(state);
      return run.finishedAt === undefined || isCurrent ? [begun] : [begun, runtimeOf('backoff', run)];
    });
  const isTold = state === 'pending' || state === 'starting' || (state === 'backoff' && newest !== undefined);
  if (isTold) return past;
  const current = { ...runtimeOf(state, newest), ready, ...(reason === undefined ? {} : { reason }) };
  return [...past, current];
}

function runtimeOf(state: ProcessRuntime['state'], run: RunStatus | undefined): ProcessRuntime {
  const { reason, ...fresh } = notStarted;
  return { ...fresh, state, run: run?.run ?? 0, runs: run === undefined ? [] : [{ ...run, logOffset: 0 }] };
}

/** Whether its runs tell when it got into its state. */
function isTimed({ state, runs }: ProcessRuntime): boolean {
  return state === 'starting' || (state !== 'running' && runs.at(-1)?.finishedAt !== undefined);
}

function toEvent(launchId: string, { group, name }: ProcessStatus, runtime: ProcessRuntime, now: number): ClusterEvent {
  const { time, ...event } = stateEvent(runtime, now);
  const id = shortHash(JSON.stringify([launchId, processKey({ group, name }), runtime.run, runtime.state]));
  return { id, time, process: { group, name }, ...event, count: 1 };
}
