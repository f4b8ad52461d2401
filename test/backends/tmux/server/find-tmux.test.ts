import { expect, test } from 'vitest';
import { isTooOld } from '../../../../src/backends/tmux/server/find-tmux.ts';

test.each([
  ['3.3a', false],
  ['3.2', false],
  ['3.1c', true],
  ['2.9a', true],
  ['10.0', false],
  ['next-3.6', false],
  ['next-3.1', true],
  ['master', false],
  ['openbsd-7.5', false],
])('version %s is too old: %s', (version, tooOld) => {
  expect(isTooOld(version)).toBe(tooOld);
});
