import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRuntime } from '../../../src/engine/rules/next-runtime.ts';
import { processEvents, stateEvent, stateReasons } from '../../../src/engine/rules/process-events.ts';
import { beginRun, endRun, notStarted, type ProcessRuntime } from '../../../src/engine/rules/process-runtime.ts';

const policy = { restart: 'on-failure', maxRestarts: 2 } as const;

/** A step of a process: whatever may happen to it next. */
const step = fc.oneof(
  fc.constant((runtime: ProcessRuntime, now: number) => beginRun(runtime, now, 0)),
  fc.constant((runtime: ProcessRuntime) => ({ ...runtime, state: 'running', ready: true }) as const),
  fc.constant((runtime: ProcessRuntime) => ({ ...runtime, ready: !runtime.ready })),
  fc.constant((runtime: ProcessRuntime) => ({ ...runtime, blocked: true }) as const),
  fc.constant((runtime: ProcessRuntime) => ({ ...runtime, restartsInARow: runtime.restartsInARow + 1 })),
  fc.string().map((reason) => (runtime: ProcessRuntime) => ({ ...runtime, reason })),
  fc
    .record({
      exitCode: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
      startsAgain: fc.option(fc.boolean(), { nil: undefined }),
      skew: fc.integer({ min: -5_000, max: 5_000 }),
    })
    .map(({ exitCode, startsAgain, skew }) => (runtime: ProcessRuntime, now: number) => {
      const ending = { time: now + skew, ...(exitCode === undefined ? {} : { exitCode }) };
      const wanted = startsAgain === undefined ? undefined : { reason: 'asked', startsAgain };
      return nextRuntime(policy, runtime, ending, wanted, now);
    }),
);

describe('the events of a change of a process', () => {
  test('are exactly one of its state for each change of it, and none without a change', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let runtime = notStarted;
        let now = Date.parse('2026-01-01T00:00:00Z');
        for (const take of steps) {
          now += 1_000;
          const next = take(runtime, now);
          const events = processEvents(runtime, next, now);
          const hasChanged = next.state !== runtime.state || next.run !== runtime.run;
          expect(events.filter(({ state }) => state !== undefined).map(({ state }) => state)).toEqual(
            hasChanged ? [next.state] : [],
          );
          const isNewlyBlocked = next.blocked === true && runtime.blocked !== true;
          expect(events.filter(({ reason }) => reason === 'Blocked')).toHaveLength(isNewlyBlocked ? 1 : 0);
          const hasToldReadiness = next.state === 'running' && next.ready !== runtime.ready;
          if (!hasChanged && !hasToldReadiness && !isNewlyBlocked) expect(events).toEqual([]);
          expect(processEvents(next, next, now)).toEqual([]);
          runtime = next;
        }
      }),
    );
  });

  test('can be derived again from the state: a later supervisor gets the same, apart from a time that nothing tells', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        let runtime = notStarted;
        let now = Date.parse('2026-01-01T00:00:00Z');
        for (const take of steps) {
          now += 1_000;
          const next = take(runtime, now);
          const [event] = processEvents(runtime, next, now).filter(({ state }) => state !== undefined);
          if (event !== undefined) {
            const { time, ...again } = stateEvent(JSON.parse(JSON.stringify(next)), now + 60_000);
            const { time: first, ...rest } = event;
            expect(again).toEqual(rest);
            if (next.state !== 'running' && next.runs.length > 0 && next.state !== 'pending')
              expect([first, new Date(now + 60_000).toISOString()]).toContain(time);
          }
          runtime = next;
        }
      }),
    );
  });

  test('say what happened, and when', () => {
    const started = beginRun(notStarted, 0, 0);
    expect(processEvents(notStarted, started, 9)).toEqual([
      {
        time: '1970-01-01T00:00:00.000Z',
        run: 1,
        state: 'starting',
        kind: 'normal',
        reason: 'Starting',
        message: 'run 1 starts',
      },
    ]);
    const ready = { ...started, state: 'running', ready: true } as const;
    expect(processEvents(started, ready, 7)).toMatchObject([
      { time: '1970-01-01T00:00:00.007Z', state: 'running', reason: 'Ready', message: 'run 1 is ready' },
    ]);
    const hidden = { ...ready, ready: false, reason: 'its keeper is gone' };
    expect(processEvents(ready, hidden, 8)).toMatchObject([
      { kind: 'warning', reason: 'NotReady', message: 'its keeper is gone' },
    ]);
    const failed = nextRuntime(policy, ready, { exitCode: 3, time: 20 }, undefined, 30);
    expect(processEvents(ready, failed, 30)).toMatchObject([
      {
        time: '1970-01-01T00:00:00.020Z',
        state: 'backoff',
        kind: 'warning',
        reason: 'BackOff',
        message: 'waits for its restart: exit code 3',
      },
    ]);
    const again = beginRun(failed, 1_030, 10);
    expect(processEvents(failed, again, 1_030)).toMatchObject([
      { state: 'starting', reason: 'Restarting', run: 2, message: 'run 2 starts' },
    ]);
    const succeeded = nextRuntime(policy, again, { exitCode: 0, time: 2_000 }, undefined, 2_000);
    expect(processEvents(again, succeeded, 2_000)).toMatchObject([
      { state: 'succeeded', kind: 'normal', message: 'exit code 0' },
    ]);
  });

  test('tell that a process is blocked, and why', () => {
    const starting = beginRun(notStarted, 0, 0);
    const taken = { ...starting, reason: 'port 7000 is in use', blocked: true } as const;
    const event = { run: 1, kind: 'warning', reason: 'Blocked', message: 'port 7000 is in use' };
    expect(processEvents(starting, taken, 1)).toEqual([{ time: '1970-01-01T00:00:00.001Z', ...event }]);
    const unclear = { ...starting, state: 'running', ready: false, reason: 'no exit code', blocked: true } as const;
    const running = { ...starting, state: 'running', ready: true } as const;
    expect(processEvents(running, unclear, 2).map(({ reason }) => reason)).toEqual(['NotReady', 'Blocked']);
  });

  test('tell a requested restart from a failure', () => {
    const running = { ...beginRun(notStarted, 0, 0), state: 'running', ready: true } as const;
    const wanted = { reason: 'restarting', startsAgain: true };
    const ended = nextRuntime(policy, { ...running, wanted }, { exitCode: 143, time: 5 }, wanted, 5);
    expect(processEvents(running, ended, 5)).toMatchObject([
      { state: 'backoff', kind: 'normal', message: 'ended for its restart' },
    ]);
  });

  test('never end before they began, even if the clock was set back', () => {
    const running = { ...beginRun(notStarted, 5_000, 0), state: 'running', ready: true } as const;
    const ended = endRun(running, { time: 0, exitCode: 1 }, { state: 'failed', reason: 'exit code 1' });
    expect(processEvents(running, ended, 9_000)).toMatchObject([{ time: '1970-01-01T00:00:05.000Z' }]);
  });

  test('have a reason of their own for every state', () => {
    expect(new Set(Object.values(stateReasons)).size).toBe(Object.keys(stateReasons).length);
  });
});
