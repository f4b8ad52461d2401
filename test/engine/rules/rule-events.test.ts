import { expect, test } from 'vitest';
import { hangEvent, overEvent, waitingEvent } from '../../../src/engine/rules/rule-events.ts';

test('the events of rules name the rule, the process and its run', () => {
  const time = '2026-01-01T00:00:00.000Z';
  const reason = 'ran longer than 12h';
  expect(overEvent({ outcome: 'failed', rule: 'maxDuration', reason, time })).toEqual({
    time,
    kind: 'warning',
    reason: 'Over',
    message: 'failed, by maxDuration: ran longer than 12h',
  });
  expect(overEvent({ outcome: 'succeeded', rule: 'endsWith', reason: 'x', time }).kind).toBe('normal');
  expect(waitingEvent({ key: 'g.p', reason: 'waits for q to start' })).toMatchObject({
    process: { group: 'g', name: 'p' },
    reason: 'Waiting',
    message: 'waits for q to start',
  });
  expect(hangEvent({ key: 'p', reason: 'wrote nothing for 3s' }, 2)).toMatchObject({
    process: { group: null, name: 'p' },
    run: 2,
    kind: 'warning',
    reason: 'Hangs',
  });
});
