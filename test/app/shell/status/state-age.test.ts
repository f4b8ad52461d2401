import { expect, it } from 'vitest';
import { stateAge } from '../../../../src/app/shell/status/state-age.ts';
import { aProcess, now } from '../../support/statuses.ts';

it('counts the age of a state from the start while it runs, from the end afterwards', () => {
  const startedAt = new Date(now - 60_000).toISOString();
  const finishedAt = new Date(now - 10_000).toISOString();
  expect(stateAge(aProcess('x', { startedAt }), now)).toBe(60);
  expect(stateAge(aProcess('x', { state: 'failed', startedAt, finishedAt }), now)).toBe(10);
  expect(stateAge(aProcess('x', { state: 'pending' }), now)).toBeUndefined();
});
