import { expect, test } from 'vitest';
import { boundedUntil } from '../../../../src/backends/supervision/runs/restart-schedule.ts';

test('no backoff is longer than a minute, whatever the clock was set to', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(boundedUntil('2026-01-01T00:00:07.000Z', now)).toBe('2026-01-01T00:00:07.000Z');
  expect(boundedUntil('2025-12-01T00:00:00.000Z', now)).toBe('2025-12-01T00:00:00.000Z');
  expect(boundedUntil('2026-01-11T00:00:00.000Z', now)).toBe('2026-01-01T00:01:00.000Z');
  expect(boundedUntil(undefined, now)).toBe('2026-01-01T00:00:00.000Z');
  expect(boundedUntil('garbage', now)).toBe('2026-01-01T00:00:00.000Z');
});
