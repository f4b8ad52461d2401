import { describe, expect, it } from 'vitest';
import { formatDuration, secondsSince } from '../../../src/engine/text/format-duration.ts';

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
  ] as const)('%f s is %s', ([seconds, text]) => expect(formatDuration(seconds)).toBe(text));
});

it('measures the seconds since a time', () => {
  expect(secondsSince('2026-01-31T11:59:00Z', Date.parse('2026-01-31T12:00:00Z'))).toBe(60);
});
