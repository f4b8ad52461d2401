import { expect, test } from 'vitest';
import { describeExhausted, describeRestart } from '../../../src/engine/text/describe-restart.ts';

test.for([
  [undefined, 'run 2 ended; run 3 begins'],
  [{}, 'run 2 ended; run 3 begins'],
  [{ exitCode: 0 }, 'run 2 exited with code 0; run 3 begins'],
  [{ exitCode: 9 }, 'run 2 exited with code 9; run 3 begins'],
  [{ exitCode: 137, signal: 'SIGKILL' }, 'run 2 was killed by SIGKILL; run 3 begins'],
  [{ exitCode: 143, signal: 'SIGTERM' }, 'run 2 was ended by SIGTERM; run 3 begins'],
  [
    { exitCode: 126, reason: 'cannot be started: no such folder' },
    'run 2 ended: cannot be started: no such folder (exit code 126); run 3 begins',
  ],
  [
    { exitCode: 137, reason: 'out of memory (exit code 137)' },
    'run 2 ended: out of memory (exit code 137); run 3 begins',
  ],
] as const)('the marker between two runs says how the first ended: %j', ([previous, text]) => {
  expect(describeRestart(3, previous)).toBe(text);
});

test('an end after which the limit of restarts was reached', () => {
  expect(describeExhausted('exit code 1', 1)).toBe('exit code 1; not started again after 1 restart');
  expect(describeExhausted('exit code 1', 2)).toBe('exit code 1; not started again after 2 restarts');
});
