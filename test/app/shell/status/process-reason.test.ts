import { describe, expect, it } from 'vitest';
import { processReason, stateAge } from '../../../../src/app/shell/status/process-reason.ts';
import { aProcess, now } from '../../support/statuses.ts';

describe('the reason of a process’s state', () => {
  it.each([
    [aProcess('x'), ''],
    [aProcess('x', { state: 'pending', reason: 'waits for a GPU' }), 'waits for a GPU'],
    [aProcess('x', { state: 'failed', exitCode: 3 }), 'exit code 3'],
    [aProcess('x', { state: 'failed', signal: 'SIGKILL' }), 'SIGKILL'],
    [
      aProcess('x', { state: 'backoff', exitCode: 1, until: new Date(now + 4500).toISOString() }),
      'exit code 1; starts again in 5s',
    ],
    [aProcess('x', { state: 'lost', reason: 'the machine was restarted' }), 'the machine was restarted'],
  ])('%#: %j', (status, reason) => {
    expect(processReason(status, now)).toBe(reason);
  });

  it('counts from the start while it runs, from the end afterwards', () => {
    const startedAt = new Date(now - 60_000).toISOString();
    const finishedAt = new Date(now - 10_000).toISOString();
    expect(stateAge(aProcess('x', { startedAt }), now)).toBe(60);
    expect(stateAge(aProcess('x', { state: 'failed', startedAt, finishedAt }), now)).toBe(10);
    expect(stateAge(aProcess('x', { state: 'pending' }), now)).toBeUndefined();
  });
});
