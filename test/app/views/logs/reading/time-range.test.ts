import { describe, expect, it } from 'vitest';
import { FloodGate } from '../../../../../src/app/views/logs/reading/flood-gate.ts';
import { isInRange, parseTimeRange } from '../../../../../src/app/views/logs/reading/time-range.ts';
import { logLines } from '../../../support/log-lines.ts';

describe('parseTimeRange', () => {
  const now = new Date(2026, 4, 10, 15, 30, 0).getTime();
  const at = (hours: number, minutes: number, day = 10) => new Date(2026, 4, day, hours, minutes).getTime();

  it.each([
    ['5m', { from: now - 300_000 }],
    ['14:00', { from: at(14, 0) }],
    ['14:00-14:30', { from: at(14, 0), to: at(14, 30) }],
    ['-14:30', { to: at(14, 30) }],
    ['2h-1h', { from: now - 7_200_000, to: now - 3_600_000 }],
    ['23:00', { from: at(23, 0, 9) }],
  ])('%j', (text, expected) => {
    expect(parseTimeRange(text, now)).toEqual({ source: text, ...expected });
  });

  it('is no range without text', () => {
    expect(parseTimeRange('  ', now)).toBeUndefined();
  });

  it.each(['soon', '25:00', '1-2-3', '-', '14:30-14:00'])('refuses %j', (text) => {
    expect(() => parseTimeRange(text, now)).toThrow(/time range/);
  });

  it('accepts lines whose time is unknown', () => {
    const range = { source: '', from: 1_000_000 };
    expect(isInRange(range, undefined)).toBe(true);
    expect(isInRange(range, new Date(0).toISOString())).toBe(false);
    expect(isInRange(range, new Date(2_000_000).toISOString())).toBe(true);
  });
});

describe('FloodGate', () => {
  const limits = { linesPerSecond: 100, burst: 50, patience: 2 };
  const batch = (count: number) => logLines(...Array.from({ length: count }, () => 'x'));

  it('accepts the end of a long log at once', () => {
    expect(new FloodGate(0, limits).take(batch(50), 0)).toEqual({ wait: 0, flooded: false });
  });

  it('makes a fast source wait, and calls it a flood when that continues', () => {
    const gate = new FloodGate(0, limits);
    let now = 0;
    let flooded = false;
    for (let round = 0; round < 20 && !flooded; round++) {
      const step = gate.take(batch(200), now);
      expect(step.wait).toBeLessThanOrEqual(0.25);
      now += step.wait + 0.01;
      ({ flooded } = step);
    }
    expect(flooded).toBe(true);
    expect(now).toBeLessThan(3);
  });

  it('never calls a source a flood if the reader keeps pace', () => {
    const gate = new FloodGate(0, limits);
    for (let now = 0; now < 20; now += 0.5) expect(gate.take(batch(40), now)).toEqual({ wait: 0, flooded: false });
  });

  it('counts a long line more than once', () => {
    const gate = new FloodGate(0, limits);
    expect(gate.take(logLines('x'.repeat(60_000)), 0).wait).toBeGreaterThan(0);
  });
});
