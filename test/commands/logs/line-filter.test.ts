import { expect, it } from 'vitest';
import { createLineFilter } from '../../../src/commands/logs/line-filter.ts';
import type { LogLine } from '../../../src/engine/contract/logs.ts';

const usageError = expect.objectContaining({ code: 'usage' });
const line: LogLine = { group: null, name: 'learner', run: 1, kind: 'line', text: '\x1b[31mred\x1b[2J' };

it('lines are filtered by their visible text, and markers stay', () => {
  const lines: LogLine[] = [
    { ...line, text: 'a \x1b[31mred\x1b[0m line' },
    { ...line, text: 'another' },
    { ...line, kind: 'restart', text: 'marker' },
  ];
  const left = (pattern: string, invert: boolean) =>
    lines
      .filter(createLineFilter({ pattern, invert, forPeople: false }) ?? (() => false))
      .map(({ text }) => text.slice(0, 6));
  expect(left('^a red', false)).toEqual(['a \x1b[31', 'marker']);
  expect(left('red', true)).toEqual(['anothe', 'marker']);
  const wishes = { pattern: undefined, invert: false, forPeople: false };
  expect(createLineFilter(wishes)).toBeUndefined();
  expect(() => createLineFilter({ ...wishes, pattern: '[' })).toThrow(usageError);
  expect(() => createLineFilter({ ...wishes, invert: true })).toThrow(usageError);
});

it('lines match by any state of a progress bar where all are printed, and by the last state on a terminal', () => {
  const bar = { ...line, text: '\r50/200\r150/200\x1b[K\r200/200' };
  const finds = (pattern: string, forPeople: boolean) => createLineFilter({ pattern, invert: false, forPeople })?.(bar);
  expect(['^50/', '^150/200$', '^200'].map((pattern) => finds(pattern, false))).toEqual([true, true, true]);
  expect(['^50/', '^150/200$', '^200'].map((pattern) => finds(pattern, true))).toEqual([false, false, true]);
  expect(createLineFilter({ pattern: '150', invert: true, forPeople: false })?.(bar)).toBe(false);
});
