import { expect, it } from 'vitest';
import {
  describeEnded,
  describeEndedBy,
  describeNeverStarted,
  describeStoppedByFailure,
  describeTooLong,
  describeWaiting,
} from '../../../src/engine/text/describe-rules.ts';

it('names what a process waits for, a few of many', () => {
  const keys = ['prepare', 'agents.agent-0', 'c', 'd', 'e'];
  const wait = (count: number) => describeWaiting(keys.slice(0, count).map((key) => ({ key, condition: 'ready' })));
  expect(wait(1)).toBe('waits for prepare to be ready');
  expect(wait(2)).toBe('waits for prepare to be ready and agents/agent-0 to be ready');
  expect(wait(3)).toBe('waits for prepare to be ready, agents/agent-0 to be ready and c to be ready');
  expect(wait(5)).toBe('waits for prepare to be ready, agents/agent-0 to be ready, c to be ready and 2 more');
  const other = (condition: 'started' | 'succeeded' | 'ended') => describeWaiting([{ key: 'a', condition }]);
  expect([other('started'), other('succeeded'), other('ended')]).toEqual([
    'waits for a to start',
    'waits for a to succeed',
    'waits for a to end',
  ]);
});

it('says how a process ended that others wait for', () => {
  const ended = { key: 'g.a', reached: 'started' } as const;
  expect(describeEnded({ ...ended, state: 'succeeded' })).toBe('g/a succeeded');
  expect(describeEnded({ ...ended, state: 'failed', reason: 'exit code 3' })).toBe('g/a failed (exit code 3)');
  expect(describeEnded({ ...ended, state: 'lost' })).toBe('g/a was lost');
  expect(describeEnded({ ...ended, state: 'stopped', reason: 'stopped on request' })).toBe('g/a was stopped');
  expect(describeEnded({ key: 'a', state: 'stopped' })).toBe('a was not started');
  expect(describeNeverStarted('a failed (exit code 3)')).toBe('not started: a failed (exit code 3)');
});

it('says why an experiment is over, and why its processes are stopped', () => {
  expect(describeEndedBy(['learner'], undefined)).toBe('learner ended the experiment');
  expect(describeEndedBy(['a', 'b', 'c', 'd', 'e'], undefined)).toBe('a, b, c and 2 more ended the experiment');
  const failed = { key: 'a', state: 'failed', reached: 'ready', reason: 'exit code 3' } as const;
  expect(describeEndedBy(['a', 'b'], failed)).toBe('a failed (exit code 3), which ended the experiment');
  expect(describeStoppedByFailure('g.a')).toBe('stopped, because g/a failed');
  expect(describeTooLong(43_200)).toBe('ran longer than 12h');
});
