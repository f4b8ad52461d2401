import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatDuration,
  formatExactDuration,
  parseAge,
  parseDuration,
  parseGoDuration,
  parseTypedDuration,
  secondsSince,
} from '../../../src/engine/text/durations.ts';

describe('parseDuration', () => {
  it('reads seconds in every unit', () => {
    const read = ['500ms', '5s', '2m', '1h', '1.5h', '0s', 0.25, 3].map((value) => parseDuration(value));
    expect(read).toEqual([0.5, 5, 120, 3600, 5400, 0, 0.25, 3]);
  });

  it('refuses everything else', () => {
    const wrong = [
      '',
      '5',
      's',
      '-1s',
      '5 s',
      '5S',
      '1h30m',
      '2d',
      '1e3s',
      'Infinitys',
      '.5s',
      '5s\n',
      -1,
      Number.NaN,
      Infinity,
    ];
    for (const value of wrong) expect(parseDuration(value)).toBeUndefined();
  });

  it('is consistent across units', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (amount) => {
        expect(parseDuration(`${amount}s`)).toBe(amount);
        expect(parseDuration(`${amount * 1000}ms`)).toBe(amount);
        expect(parseDuration(`${amount}m`)).toBe(parseDuration(`${amount * 60}s`));
        expect(parseDuration(`${amount}h`)).toBe(parseDuration(`${amount * 60}m`));
      }),
    );
  });
});

describe('a duration that a user types', () => {
  it('may be a bare number of seconds, and how long ago something was may be in days', () => {
    expect(['90', '1.5', '500ms', '2m'].map(parseTypedDuration)).toEqual([90, 1.5, 0.5, 120]);
    expect(parseTypedDuration('2d')).toBeUndefined();
    expect(['90', '5m', '2d', '0.5d'].map(parseAge)).toEqual([90, 300, 172_800, 43_200]);
    for (const text of ['', 'soon', '-1', '5 m', '1d2h', `${'9'.repeat(400)}d`]) expect(parseAge(text)).toBeUndefined();
  });
});

it('reads durations as Go prints them', () => {
  expect(['10s', '1m20s', '5m0s', '1h0m5s', '1.5s'].map(parseGoDuration)).toEqual([10, 80, 300, 3605, 1.5]);
  for (const text of ['', '5', '500ms', '1s1m', 'x']) expect(parseGoDuration(text)).toBeUndefined();
});

describe('formatDuration', () => {
  it.for([
    [0, '0s'],
    [0.04, '0.1s'],
    [0.44, '0.4s'],
    [12.9, '12s'],
    [59.9, '59s'],
    [60, '1.0m'],
    [210, '3.5m'],
    [3_597, '1.0h'],
    [3_594, '59.9m'],
    [83_520, '23.2h'],
    [86_400, '1.0d'],
    [354_240, '4.1d'],
    [-5, '0s'],
    [undefined, ''],
    [Number.NaN, ''],
  ] as const)('%f s is %s', ([seconds, text]) => expect(formatDuration(seconds)).toBe(text));
});

it('is formatted short, and to within a tenth of its unit', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 86_400 * 99, noNaN: true }), (seconds) => {
      const text = formatDuration(seconds);
      expect(text.length).toBeLessThanOrEqual(5);
      const unit = { s: 1, m: 60, h: 3_600, d: 86_400 }[text.at(-1) as 's' | 'm' | 'h' | 'd'];
      const tolerance = text.endsWith('s') ? 1 : unit / 10;
      expect(Math.abs((parseAge(text) ?? Number.NaN) - seconds)).toBeLessThanOrEqual(tolerance);
    }),
  );
});

it('measures the seconds since a time, never below zero', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');
  expect(secondsSince('2026-01-31T11:59:00Z', now)).toBe(60);
  expect(secondsSince('2026-01-31T12:00:05Z', now)).toBe(0);
  expect(secondsSince(undefined, now)).toBeUndefined();
  expect(secondsSince('no time', now)).toBeUndefined();
  expect(formatAge('2026-01-31T11:59:00Z', now)).toBe('1.0m');
  expect(formatAge(undefined, now)).toBe('');
});

describe('formatExactDuration', () => {
  it('chooses the largest unit without a remainder', () => {
    const shown = [600, 90, 43_200, 5_400, 1.5, 0.5, 0, 3_600, 59, 0.0005].map(formatExactDuration);
    expect(shown).toEqual(['10m', '90s', '12h', '90m', '1.5s', '500ms', '0s', '1h', '59s', '0.5ms']);
  });

  it('reads back as the same duration', () => {
    const durations = fc.oneof(
      fc.nat(1_000_000),
      fc.nat(10_000_000).map((milliseconds) => milliseconds / 1000),
    );
    fc.assert(fc.property(durations, (seconds) => parseDuration(formatExactDuration(seconds)) === seconds));
  });
});
