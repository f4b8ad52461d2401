import { describe, expect, test } from 'vitest';
import { beginRun, endRun, notStarted } from '../../../src/engine/rules/process-runtime.ts';
import { judgeReportedEnd, lacksEnd } from '../../../src/engine/rules/reported-end.ts';

const running = beginRun(beginRun(notStarted, 0, 0), 10, 0);
const lost = endRun(running, { time: 20, reason: 'vanished' }, { state: 'lost', reason: 'vanished' });
const stopped = endRun(running, { time: 20, reason: 'stopped' }, { state: 'stopped', reason: 'stopped' });
const failed = endRun(running, { time: 20, exitCode: 3 }, { state: 'failed' });

describe('a reported end', () => {
  test.for([
    ['of the current run settles it', running, 2, 0, 'settle'],
    ['of the current run settles it without an exit code, too', running, 2, undefined, 'settle'],
    ['with the exit code of a lost run settles it after all', lost, 2, 0, 'settle'],
    ['with the exit code of a stopped run completes the record', stopped, 2, 143, 'amend'],
    ['without an exit code says nothing new of an ended run', lost, 2, undefined, 'ignore'],
    ['of a run whose exit code is known says nothing new', failed, 2, 3, 'ignore'],
    ['of a run that is not on record says nothing', running, 7, 0, 'ignore'],
  ] as const)('%s', ([, runtime, run, exitCode, verdict]) => {
    expect(judgeReportedEnd(runtime, run, exitCode === undefined ? {} : { exitCode })).toBe(verdict);
  });

  test('with the exit code of an earlier run completes its record while the next one runs', () => {
    const again = beginRun(lost, 30, 0);
    expect(judgeReportedEnd(again, 2, { exitCode: 0 })).toBe('amend');
    expect([lacksEnd(again, 2), lacksEnd(again, 3)]).toEqual([true, true]);
  });
});

test('an end is lacking until its exit code is known', () => {
  expect([running, lost, stopped, failed].map((runtime) => lacksEnd(runtime, 2))).toEqual([true, true, true, false]);
});
