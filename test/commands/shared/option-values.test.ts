import { expect, it } from 'vitest';
import { countOption, durationOption, sinceOption } from '../../../src/commands/shared/option-values.ts';

const usageError = expect.objectContaining({ code: 'usage' });
const now = Date.parse('2026-01-31T12:00:00Z');

it('durations are seconds, or have a unit', () => {
  expect(['90', '500ms', '2m', '1h'].map((text) => durationOption('--timeout', text))).toEqual([90, 0.5, 120, 3600]);
  for (const text of ['', 'soon', '-1', '5 m']) expect(() => durationOption('--timeout', text)).toThrow(usageError);
});

it('times are durations before now, or in ISO 8601', () => {
  const at = (text: string) => sinceOption(text, now).toISOString();
  expect(at('5m')).toBe('2026-01-31T11:55:00.000Z');
  expect(at('30')).toBe('2026-01-31T11:59:30.000Z');
  expect(at('2d')).toBe('2026-01-29T12:00:00.000Z');
  expect(at('2026-01-30T10:00:00Z')).toBe('2026-01-30T10:00:00.000Z');
  expect(at('5')).toBe('2026-01-31T11:59:55.000Z');
  for (const text of ['yesterday', '2026-99-99', '']) expect(() => sinceOption(text, now)).toThrow(usageError);
});

it('counts are whole numbers', () => {
  expect(countOption('--tail', '0')).toBe(0);
  for (const text of ['-1', '1.5', 'all']) expect(() => countOption('--tail', text)).toThrow(usageError);
});
