import { describe, expect, it, test } from 'vitest';
import { describeLostLogs, isInTime, isLogLost, keptRuns } from '../../../../src/backends/docker/logs/lost-logs.ts';
import {
  beginRun,
  endRun,
  noteReached,
  notStarted,
  type ProcessRuntime,
  type RecordedRun,
  type RunEnding,
} from '../../../../src/engine/rules/process-runtime.ts';

const begun = beginRun(notStarted, 0, 0);
const started = noteReached({ ...begun, id: 'c' }, 'started');

function ended(runtime: ProcessRuntime, ending: Omit<RunEnding, 'time'>): ProcessRuntime {
  return endRun(runtime, { ...ending, time: 2000 }, { state: 'failed' });
}

function isLost(runtime: ProcessRuntime, run = runtime.run): boolean {
  return isLogLost(runtime.runs.find((recorded) => recorded.run === run) as RecordedRun, runtime);
}

describe('the log of a run without a container', () => {
  test.for([
    ['that ended', ended(started, { exitCode: 0 }), true],
    ['that ended for lack of a command', ended(started, { exitCode: 127, reason: 'no such command' }), true],
    ['whose container was removed', ended(started, { reason: 'its container was removed' }), true],
    ['that is being started', begun, false],
    ['that has started', started, true],
    ['that could not be started', ended(begun, { exitCode: 126, reason: 'cannot be started: no image' }), false],
    ['that was never started', ended(begun, { exitCode: 126, reason: 'it was never started' }), false],
    ['whose start was interrupted', ended(begun, { reason: 'its start was interrupted' }), false],
  ] as const)('%s', ([, runtime, expected]) => {
    expect(isLost(runtime)).toBe(expected);
  });

  it('is not lost but given up if many runs came after it', () => {
    let runtime = ended(started, { exitCode: 1 });
    for (let run = 2; run <= keptRuns + 1; run += 1) runtime = ended(beginRun(runtime, 0, 0), { exitCode: 1 });
    expect(runtime.runs.map(({ run }) => isLost(runtime, run))).toEqual([false, true, true, true, true, true]);
  });
});

test('a run is in the time that is read unless all of it was before or after', () => {
  const run = ended(started, { exitCode: 0 }).runs[0] as RecordedRun;
  expect(isInTime(run, {})).toBe(true);
  expect(isInTime(run, { since: new Date(1000) })).toBe(true);
  expect(isInTime(run, { since: new Date(3000) })).toBe(false);
  expect(isInTime(begun.runs[0] as RecordedRun, { since: new Date(3000) })).toBe(true);
  expect(isInTime(run, { until: new Date(-1000) })).toBe(false);
});

test('lost logs are described in one sentence', () => {
  expect(describeLostLogs(new Map([['main', []]]))).toEqual([]);
  expect(describeLostLogs(new Map([['main', [1]]]))).toEqual([
    'the log of main (run 1) is gone: its container was removed',
  ]);
  const many = new Map(['a', 'b', 'c', 'd', 'e'].map((key) => [key, [1, 2]]));
  expect(describeLostLogs(many)).toEqual([
    'logs of a (runs 1, 2), b (runs 1, 2), c (runs 1, 2) and of 2 more processes are gone: their containers were removed',
  ]);
});
