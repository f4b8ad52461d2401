import { describe, expect, test } from 'vitest';
import { afterChange, afterReading, type FollowState } from '../../../../src/backends/kube/logs/follow-state.ts';
import type { PodRuns } from '../../../../src/backends/kube/logs/logged-runs.ts';

/** The runs in a pod whose container runs, unless told otherwise. */
function podOf(run: number, more: Partial<PodRuns> = {}): PodRuns {
  const name = `pod-${more.pod?.metadata.uid ?? 'a'}`;
  return {
    container: { namespace: 'n', pod: name, container: 'main' },
    pod: { metadata: { name } },
    run,
    containerId: `container-${run}`,
    isBetweenRuns: false,
    isOver: false,
    ...more,
  };
}

function waitingPod(run: number, more: Partial<PodRuns> = {}): PodRuns {
  const { containerId: _, ...rest } = podOf(run, more);
  return rest;
}

const ended = (exitCode: number) => ({ exitCode });
const absent: FollowState = { kind: 'absent' };
const stateOf = <Kind extends 'not-started' | 'reading' | 'drained'>(kind: Kind, runs: PodRuns, run = runs.run) => ({
  kind,
  run,
  runs,
});

describe('after a change of the pods', () => {
  test('a follower waits for the first pod', () => {
    expect(afterChange(absent, [])).toEqual({ state: absent, tasks: [] });
  });

  test('a follower says once why the process has not started', () => {
    const pod = waitingPod(1, { waiting: 'no GPU is free' });
    const step = afterChange(absent, [pod]);
    expect(step).toEqual({
      state: stateOf('not-started', pod),
      tasks: [{ kind: 'notice', run: 1, text: 'not started yet: no GPU is free' }],
    });
    expect(afterChange(step.state, [pod])).toEqual({ state: step.state, tasks: [] });
  });

  test('a follower reads the newest run as soon as it has started', () => {
    const pod = podOf(3);
    expect(afterChange(absent, [pod])).toEqual({ state: stateOf('reading', pod), tasks: [] });
    expect(afterChange(stateOf('not-started', waitingPod(3)), [pod])).toEqual({
      state: stateOf('reading', pod),
      tasks: [],
    });
  });

  test('a drained run is not read again', () => {
    const pod = podOf(1, { ended: ended(1) });
    expect(afterChange(stateOf('drained', pod), [pod])).toEqual({ state: stateOf('drained', pod), tasks: [] });
  });

  test.for(['not-started', 'reading', 'drained'] as const)(
    'the next run in the same pod follows the rest of the last one (%s)',
    (kind) => {
      const first = podOf(1, { ended: ended(9) });
      const next = podOf(2, { previous: ended(9) });
      expect(afterChange(stateOf(kind, first), [next])).toEqual({
        state: stateOf('reading', next),
        tasks: [
          { kind: 'read', runs: next, run: 1, previous: true, isResumed: true },
          { kind: 'restart', run: 2, text: 'run 1 exited with code 9; run 2 begins' },
        ],
      });
    },
  );

  test('the next run in another pod follows the rest of the replaced pod', () => {
    const replaced = podOf(1, { ended: ended(0), isOver: true });
    const next = podOf(2);
    expect(afterChange(stateOf('reading', podOf(1)), [replaced, next])).toEqual({
      state: stateOf('reading', next),
      tasks: [
        { kind: 'read', runs: replaced, run: 1, previous: false, isResumed: true },
        { kind: 'restart', run: 2, text: 'run 1 exited with code 0; run 2 begins' },
      ],
    });
  });

  test('while the pod of a restart has not started, the rest of its predecessor is read', () => {
    const replaced = podOf(1, { ended: ended(0), isOver: true });
    const next = waitingPod(2);
    const step = afterChange(stateOf('reading', podOf(1)), [replaced, next]);
    expect(step).toEqual({
      state: stateOf('not-started', next, 1),
      tasks: [{ kind: 'read', runs: replaced, run: 1, previous: false, isResumed: true }],
    });
    const started = podOf(2);
    expect(afterChange(step.state, [replaced, started]).tasks.map(({ kind }) => kind)).toEqual(['read', 'restart']);
  });

  test('a follower says which runs it missed, once', () => {
    const next = podOf(4, { previous: ended(2) });
    const lost = (state: FollowState, pods = [next]) =>
      afterChange(state, pods).tasks.flatMap((task) => (task.kind === 'notice' ? [task.text] : []));
    expect(lost(stateOf('reading', podOf(1)))).toEqual(['Kubernetes does not keep all logs of runs 1 to 2']);
    expect(lost(stateOf('drained', podOf(1)))).toEqual(['Kubernetes does not keep the whole log of run 2']);
    expect(lost(stateOf('drained', podOf(2)))).toEqual([]);
    expect(lost(stateOf('reading', podOf(3)))).toEqual([]);
    const replaced = podOf(3, { ended: ended(0) });
    const { state } = afterChange(stateOf('reading', podOf(1)), [replaced, waitingPod(4)]);
    expect(lost(state, [replaced, waitingPod(4)])).toEqual([]);
  });

  test('lines of a run that was not read before are not searched for the position in another run', () => {
    const next = podOf(3, { previous: ended(2) });
    const reads = afterChange(stateOf('reading', podOf(1)), [next]).tasks.filter(({ kind }) => kind === 'read');
    expect(reads).toMatchObject([{ run: 2, previous: true, isResumed: false }]);
  });

  test('a pod that is gone ends following', () => {
    const pod = podOf(2);
    const end = { state: { kind: 'over' }, tasks: [{ kind: 'end', runs: pod }] };
    expect(afterChange(stateOf('reading', pod), [])).toEqual(end);
    expect(afterChange(stateOf('drained', pod), [])).toEqual(end);
    // Only the pod that a restart had replaced is left.
    expect(afterChange(stateOf('reading', pod), [podOf(1)])).toEqual(end);
  });

  test('following ends once the drained run is known to be the last', () => {
    const last = podOf(1, { ended: ended(0), isOver: true });
    expect(afterChange(stateOf('drained', last), [last]).state).toEqual({ kind: 'over' });
    expect(afterChange(stateOf('reading', last), [last]).state.kind).toBe('reading');
  });

  test('following ends with a pod that is over without a start', () => {
    const pod = waitingPod(1, { isOver: true });
    for (const state of [absent, stateOf('not-started', pod)])
      expect(afterChange(state, [pod])).toEqual({ state: { kind: 'over' }, tasks: [{ kind: 'end', runs: pod }] });
  });

  test('nothing follows the end', () => {
    expect(afterChange({ kind: 'over' }, [podOf(5)])).toEqual({ state: { kind: 'over' }, tasks: [] });
  });
});

describe('after reading to the end of a log', () => {
  const running = stateOf('reading', podOf(1));

  test('it is unclear why a stream ended while the status shows a running container', () => {
    expect(afterReading(running, [podOf(1)])).toBeUndefined();
  });

  test('a run that ended during the read is read once more', () => {
    const now = podOf(1, { ended: ended(0), isOver: true });
    const again = afterReading(running, [now]);
    expect(again).toEqual(stateOf('reading', now));
    expect(afterReading(stateOf('reading', now), [now])).toEqual(stateOf('drained', now));
  });

  test('another run or a missing pod is left to the next look at the pods', () => {
    for (const pods of [[], [podOf(2)], [podOf(1, { containerId: 'other' })]])
      expect(afterReading(running, pods)).toBe(running);
  });
});
