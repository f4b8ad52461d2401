import { expect, test } from 'vitest';
import { type ConsideredProcess, stoppedByFailure } from '../../../src/engine/rules/failure-policy.ts';

const running: ConsideredProcess = { key: 'running', state: 'running', willStart: false, wantedEnd: undefined };
const processes: readonly ConsideredProcess[] = [
  { ...running, key: 'failed', state: 'failed' },
  running,
  { ...running, key: 'waiting', state: 'backoff' },
  { ...running, key: 'done', state: 'succeeded' },
  { ...running, key: 'stopping', wantedEnd: { reason: 'on request', startsAgain: false } },
  { ...running, key: 'restarting', willStart: true, wantedEnd: { reason: 'restarting', startsAgain: true } },
  { ...running, key: 'starting again', state: 'failed', willStart: true },
];

test('a failure stops the processes that run or will run', () => {
  expect(stoppedByFailure('stop', 'failed', processes)).toEqual(['running', 'waiting', 'restarting', 'starting again']);
});

test('a failed process does not stop itself', () => {
  expect(stoppedByFailure('stop', 'running', [running])).toEqual([]);
});

test('an experiment that continues stops nothing', () => {
  expect(stoppedByFailure('continue', 'failed', processes)).toEqual([]);
});
