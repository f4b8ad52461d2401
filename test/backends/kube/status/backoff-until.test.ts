import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffUntil, nextRestart } from '../../../../src/backends/kube/status/backoff-until.ts';

const ended = { exitCode: 1, startedAt: '2026-11-23T09:00:00Z', finishedAt: '2026-11-23T09:00:05Z' };
const afterEnd = (time: string | undefined) => (Date.parse(time ?? '') - Date.parse(ended.finishedAt)) / 1000;

describe('the time of the next restart as the node reports it', () => {
  const until = (delay: string) =>
    backoffUntil(`back-off ${delay} restarting failed container=main pod=p_rl(1)`, ended);

  it('is the delay after the end, in any of the forms of Go', () => {
    expect(['10s', '1m20s', '5m0s', '1h0m0s', '2.5s'].map((delay) => afterEnd(until(delay)))).toEqual([
      10, 80, 300, 3600, 2.5,
    ]);
    const seconds = fc.nat(20_000);
    fc.assert(
      fc.property(seconds, (delay) => {
        const [hours, minutes] = [Math.floor(delay / 3600), Math.floor((delay % 3600) / 60)];
        const text = `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${delay % 60}s`;
        expect(afterEnd(until(text))).toBe(delay);
      }),
    );
  });

  it('is unknown without an end, or with another message', () => {
    expect(until('soon')).toBeUndefined();
    expect(backoffUntil('Back-off pulling image', ended)).toBeUndefined();
    expect(backoffUntil(undefined, ended)).toBeUndefined();
    expect(backoffUntil('back-off 10s restarting', undefined)).toBeUndefined();
    expect(backoffUntil('back-off 10s restarting', { exitCode: 1 })).toBeUndefined();
  });
});

describe('the time of the next restart before the node reports it', () => {
  it('doubles from 10 s to 5 min after a first restart at once', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 100].map((restarts) => afterEnd(nextRestart(ended, restarts)))).toEqual([
      1, 10, 20, 40, 80, 160, 300, 300,
    ]);
  });

  it('starts over after ten healthy minutes', () => {
    const healthy = { ...ended, startedAt: '2026-11-23T08:50:05Z' };
    expect(afterEnd(nextRestart(healthy, 9))).toBe(10);
    expect(afterEnd(nextRestart({ ...healthy, startedAt: '2026-11-23T08:50:06Z' }, 9))).toBe(300);
  });

  it('is unknown without an end', () => {
    expect(nextRestart({ exitCode: 1 }, 3)).toBeUndefined();
  });
});
