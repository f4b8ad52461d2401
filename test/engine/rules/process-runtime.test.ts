import { describe, expect, test } from 'vitest';
import { nextRuntime } from '../../../src/engine/rules/next-runtime.ts';
import {
  amendRun,
  beginRun,
  lacksExitCode,
  maxRecordedRuns,
  notStarted,
  postponeRun,
  reopenRun,
} from '../../../src/engine/rules/process-runtime.ts';

describe('the recorded runs of a process', () => {
  const started = beginRun(notStarted, 0, 0);
  const running = { ...started, state: 'running', ready: true, pid: 7, startTime: '9' } as const;
  const never = { restart: 'never', maxRestarts: null } as const;

  test('an exit code that becomes known later is recorded', () => {
    const stopped = nextRuntime(
      never,
      running,
      { time: 5, reason: 'stopped' },
      { reason: 'stopped', startsAgain: false },
      5,
    );
    expect(lacksExitCode(stopped, 1)).toBe(true);
    const again = beginRun(stopped, 10, 0);
    const amended = amendRun(again, 1, { exitCode: 3, time: 7 });
    expect(amended.runs[0]).toMatchObject({ exitCode: 3, finishedAt: '1970-01-01T00:00:00.007Z' });
    expect(amended).toMatchObject({ state: 'starting', run: 2 });
    expect([lacksExitCode(amended, 1), lacksExitCode(amended, 2)]).toEqual([false, false]);
    const lost = nextRuntime(never, running, { time: 5, reason: 'its keeper was killed' }, undefined, 5);
    expect(nextRuntime(never, reopenRun(lost), { exitCode: 0, time: 7 }, undefined, 7)).toMatchObject({
      state: 'succeeded',
      runs: [{ exitCode: 0, finishedAt: '1970-01-01T00:00:00.007Z' }],
    });
  });

  test('a start that is postponed again blocks the process, until a run begins', () => {
    const until = '1970-01-01T00:00:05.000Z';
    const once = postponeRun(nextRuntime(never, running, { exitCode: 3, time: 5 }, undefined, 5), 'no space', until);
    expect(once).toMatchObject({ state: 'backoff', ready: false, reason: 'no space', until });
    expect(once.blocked).toBeUndefined();
    const again = postponeRun(once, 'no space', until);
    expect(again).toMatchObject({ state: 'backoff', blocked: true });
    expect(postponeRun(again, 'no space', until)).toEqual(again);
    const next = beginRun(again, 10, 0);
    expect(next.blocked).toBeUndefined();
    expect(postponeRun(next, 'no space', until).blocked).toBeUndefined();
  });

  test('only the newest runs are kept, up to the maximum', () => {
    let status = started;
    for (let run = 2; run <= maxRecordedRuns + 20; run += 1) {
      status = beginRun(
        nextRuntime(never, { ...status, state: 'running' }, { exitCode: 1, time: run }, undefined, run),
        run,
        run,
      );
    }
    expect(status.runs).toHaveLength(maxRecordedRuns);
    expect(status.runs.at(-1)).toMatchObject({ run: maxRecordedRuns + 20 });
  });
});
