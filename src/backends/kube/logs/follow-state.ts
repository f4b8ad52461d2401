import { describeRestart } from '../../../engine/text/describe-restart.ts';
import { type PodRuns, runEnd } from './logged-runs.ts';

interface Followed<Kind extends string> {
  readonly kind: Kind;
  /** The run that is read; before a start, the run whose remaining lines are read, or that was seen first. */
  readonly run: number;
  /** The pod on which the decision was based. */
  readonly runs: PodRuns;
}

/**
 * How far the log of one process has been followed:
 * - `absent`: no pod has been seen yet
 * - `not-started`: the container of the newest pod has not started
 * - `reading`: the log of the newest run is being read
 * - `drained`: the run has ended and its whole log has been read; the next run or the end is awaited
 * - `over`: no further line can come
 */
export type FollowState =
  | { readonly kind: 'absent' }
  | Followed<'not-started'>
  | Followed<'reading'>
  | Followed<'drained'>
  | { readonly kind: 'over' };

/** What is done before the next state holds. */
export type FollowTask =
  | { readonly kind: 'notice' | 'restart'; readonly run: number; readonly text: string }
  /** Reads the unread lines of an ended run. `isResumed`: lines of the same run may have been read before. */
  | {
      readonly kind: 'read';
      readonly runs: PodRuns;
      readonly run: number;
      readonly previous: boolean;
      readonly isResumed: boolean;
    }
  /** Says what became of the pod, unless it stays. */
  | { readonly kind: 'end'; readonly runs: PodRuns };

export interface FollowStep {
  readonly state: FollowState;
  /** In order. */
  readonly tasks: readonly FollowTask[];
}

/**
 * The step after the pods may have changed.
 * @param pods the runs of the process, pod by pod, oldest first
 */
export function afterChange(state: FollowState, pods: readonly PodRuns[]): FollowStep {
  if (state.kind === 'over') return { state, tasks: [] };
  const current = pods.at(-1);
  if (state.kind === 'absent') return current === undefined ? { state, tasks: [] } : firstStep(current);
  if (current === undefined || current.run < state.run) return over(state.runs);
  const isNext = state.run < current.run;
  const remainder = isNext ? remainderTasks(state, current, pods.at(-2)) : [];
  if (current.containerId === undefined) {
    if (current.isOver) return over(current, remainder);
    const run = isNext ? current.run - 1 : state.run;
    return { state: { kind: 'not-started', run, runs: current }, tasks: remainder };
  }
  if (isNext) {
    const text = describeRestart(current.run, previousEnd(current, pods.at(-2)));
    const tasks = [...remainder, { kind: 'restart', run: current.run, text } as const];
    return { state: { kind: 'reading', run: current.run, runs: current }, tasks };
  }
  if (state.kind === 'drained' && current.isOver) return over(current);
  return {
    state: { kind: state.kind === 'drained' ? 'drained' : 'reading', run: state.run, runs: current },
    tasks: [],
  };
}

/**
 * The state after the log of the newest run has been read to its end. Undefined if the status does not show the end of
 * the run: it comes later, or the stream was cut.
 * @param pods the runs of the process, pod by pod, oldest first
 */
export function afterReading(state: Followed<'reading'>, pods: readonly PodRuns[]): FollowState | undefined {
  const now = pods.at(-1);
  if (now === undefined || now.run !== state.run || now.containerId !== state.runs.containerId) return state;
  if (now.ended === undefined) return undefined;
  // The stream of a container that ended meanwhile may lack its last lines, so the log is read once more.
  if (state.runs.ended === undefined) return { ...state, runs: now };
  // It is read only once: between two runs the server may answer with another run's log.
  return { kind: 'drained', run: state.run, runs: now };
}

function firstStep(current: PodRuns): FollowStep {
  const { run } = current;
  if (current.containerId !== undefined) return { state: { kind: 'reading', run, runs: current }, tasks: [] };
  if (current.isOver) return over(current);
  const text = `not started yet${current.waiting === undefined ? '' : `: ${current.waiting}`}`;
  return { state: { kind: 'not-started', run, runs: current }, tasks: [{ kind: 'notice', run, text }] };
}

function over(runs: PodRuns, tasks: readonly FollowTask[] = []): FollowStep {
  return { state: { kind: 'over' }, tasks: [...tasks, { kind: 'end', runs }] };
}

/** Reads the rest of the run before the newest one. Kubernetes keeps the log of no run before that. */
function remainderTasks(
  state: Followed<'not-started' | 'reading' | 'drained'>,
  current: PodRuns,
  before: PodRuns | undefined,
): FollowTask[] {
  const run = current.run - 1;
  const unread = state.kind === 'drained' ? state.run + 1 : state.run;
  const tasks: FollowTask[] = [];
  if (unread < run) {
    const lost = unread === run - 1 ? `the whole log of run ${unread}` : `all logs of runs ${unread} to ${run - 1}`;
    tasks.push({ kind: 'notice', run, text: `Kubernetes does not keep ${lost}` });
  }
  const isResumed = state.run === run;
  const isRunning = current.containerId !== undefined && current.ended === undefined;
  if (current.previous !== undefined || (isRunning && before?.run !== run)) {
    tasks.push({ kind: 'read', runs: current, run, previous: true, isResumed });
  } else if (before !== undefined) {
    tasks.push({ kind: 'read', runs: before, run: before.run, previous: false, isResumed });
  }
  return tasks;
}

function previousEnd(current: PodRuns, before: PodRuns | undefined) {
  if (current.previous !== undefined) return runEnd(current, current.previous);
  return before && runEnd(before, before.ended);
}
