import { describe, expect, test } from 'vitest';
import { nextRuntime } from '../../../src/engine/rules/next-runtime.ts';
import { beginRun, notStarted } from '../../../src/engine/rules/process-runtime.ts';

describe('what becomes of a process whose run has ended', () => {
  const started = beginRun(notStarted, 0, 0);
  const running = { ...started, state: 'running', ready: true, pid: 7, startTime: '9' } as const;
  const never = { restart: 'never', maxRestarts: null } as const;

  test('success and failure', () => {
    expect(nextRuntime(never, running, { exitCode: 0, time: 5 }, undefined, 5)).toMatchObject({
      state: 'succeeded',
      ready: false,
    });
    const failed = nextRuntime(never, running, { exitCode: 3, time: 5 }, undefined, 5);
    expect(failed).toMatchObject({ state: 'failed', reason: 'exit code 3' });
    expect(failed).not.toHaveProperty('pid');
    expect(failed.runs).toEqual([
      {
        run: 1,
        logOffset: 0,
        startedAt: '1970-01-01T00:00:00.000Z',
        finishedAt: '1970-01-01T00:00:00.005Z',
        exitCode: 3,
      },
    ]);
  });

  test('signals are described in words', () => {
    const killed = nextRuntime(never, running, { exitCode: 137, signal: 'SIGKILL', time: 5 }, undefined, 5);
    expect(killed.reason).toMatch(/SIGKILL.*137/);
  });

  test('a lost run is no success, and its restart policy applies', () => {
    const lost = { time: 5, reason: 'its keeper was killed' };
    const next = (restart: 'never' | 'on-failure' | 'always', maxRestarts: number | null) =>
      nextRuntime({ restart, maxRestarts }, running, lost, undefined, 5);
    expect(next('never', null)).toMatchObject({ state: 'lost', reason: 'its keeper was killed' });
    expect(next('on-failure', null)).toMatchObject({ state: 'backoff', reason: 'its keeper was killed' });
    expect(next('always', null)).toMatchObject({ state: 'backoff' });
    expect(next('always', 0)).toMatchObject({
      state: 'lost',
      reason: expect.stringMatching(/killed; not started again/),
    });
  });

  test('a process that was ended on purpose is stopped, whatever its policy', () => {
    const stopped = nextRuntime(
      { restart: 'always', maxRestarts: null },
      running,
      { exitCode: 1, time: 5 },
      { reason: 'on request', startsAgain: false },
      5,
    );
    expect(stopped).toMatchObject({ state: 'stopped', reason: 'on request' });
  });

  test('a run whose requested end counts as failed is judged by the restart policy, whatever its exit code', () => {
    const wanted = { reason: 'ran longer than 1h', startsAgain: false, countsAs: 'failed' } as const;
    const next = (restart: 'never' | 'on-failure', ending: { exitCode?: number }) =>
      nextRuntime({ restart, maxRestarts: null }, running, { ...ending, time: 5 }, wanted, 5);
    for (const ending of [{ exitCode: 0 }, { exitCode: 143 }, {}]) {
      expect(next('never', ending)).toMatchObject({ state: 'failed', reason: 'ran longer than 1h' });
      expect(next('on-failure', ending)).toMatchObject({ state: 'backoff', reason: 'ran longer than 1h' });
      expect(next('never', ending).runs[0]).toMatchObject({ ...ending, reason: 'ran longer than 1h' });
    }
  });

  test('a process that is ended for a restart waits for its next run', () => {
    const wanted = { reason: 'restarting', startsAgain: true };
    const next = nextRuntime(never, running, { exitCode: 143, signal: 'SIGTERM', time: 5 }, wanted, 5);
    expect(next).toMatchObject({ state: 'backoff', reason: 'restarting', until: '1970-01-01T00:00:00.005Z' });
    expect(next.runs[0]).toMatchObject({ exitCode: 143 });
  });

  test('a scheduled restart has a time', () => {
    const waiting = nextRuntime(
      { restart: 'on-failure', maxRestarts: 3 },
      running,
      { exitCode: 1, time: 5 },
      undefined,
      1000,
    );
    expect(waiting).toMatchObject({ state: 'backoff', until: '1970-01-01T00:00:02.000Z', reason: 'exit code 1' });
    expect(beginRun(waiting, 2000, 10)).toMatchObject({ state: 'starting', run: 2, restarts: 1, restartsInARow: 1 });
    expect(beginRun(waiting, 2000, 10)).not.toHaveProperty('until');
  });
});
