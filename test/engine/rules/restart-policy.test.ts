import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundedUntil, decideRestart } from '../../../src/engine/rules/restart-policy.ts';

const short = { succeeded: false, seconds: 1, restartsInARow: 0 };

describe('restart policies', () => {
  test('never, on-failure and always', () => {
    const restarts = (policy: 'never' | 'on-failure' | 'always', succeeded: boolean) =>
      decideRestart(policy, null, { ...short, succeeded }).restart;
    expect([restarts('never', false), restarts('never', true)]).toEqual([false, false]);
    expect([restarts('on-failure', false), restarts('on-failure', true)]).toEqual([true, false]);
    expect([restarts('always', false), restarts('always', true)]).toEqual([true, true]);
  });

  test('the delay doubles from a second to a minute', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 1000].map((restartsInARow) => {
      const decision = decideRestart('always', null, { ...short, restartsInARow });
      return decision.restart ? decision.delaySeconds : undefined;
    });
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('ten healthy minutes reset the delay and the count', () => {
    const healthy = { ...short, seconds: 600, restartsInARow: 9 };
    expect(decideRestart('on-failure', 5, healthy)).toEqual({ restart: true, delaySeconds: 1, restartsInARow: 1 });
    expect(decideRestart('on-failure', 5, { ...healthy, seconds: 599 })).toEqual({ restart: false, exhausted: true });
  });

  test('no backoff is longer than a minute, whatever the clock was set to', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(boundedUntil('2026-01-01T00:00:07.000Z', now)).toBe('2026-01-01T00:00:07.000Z');
    expect(boundedUntil('2025-12-01T00:00:00.000Z', now)).toBe('2025-12-01T00:00:00.000Z');
    expect(boundedUntil('2026-01-11T00:00:00.000Z', now)).toBe('2026-01-01T00:01:00.000Z');
    expect(boundedUntil(undefined, now)).toBe('2026-01-01T00:00:00.000Z');
    expect(boundedUntil('garbage', now)).toBe('2026-01-01T00:00:00.000Z');
  });

  test('there are never more restarts in a row than allowed', () => {
    fc.assert(
      fc.property(fc.nat(20), (maxRestarts) => {
        let restartsInARow = 0;
        for (;;) {
          const decision = decideRestart('always', maxRestarts, { ...short, restartsInARow });
          if (!decision.restart) break;
          restartsInARow = decision.restartsInARow;
        }
        expect(restartsInARow).toBe(maxRestarts);
      }),
    );
  });
});
