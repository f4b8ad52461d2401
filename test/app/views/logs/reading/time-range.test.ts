import { describe, expect, it } from 'vitest';
import { isInRange, parseTimeRange } from '../../../../../src/app/views/logs/reading/time-range.ts';

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
