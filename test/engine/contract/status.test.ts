import { expect, it } from 'vitest';
import { summarizeState } from '../../../src/engine/contract/status.ts';

const running = { state: 'running', ready: true } as const;

it('an experiment with a process that is no longer ready is degraded', () => {
  expect(summarizeState([running, running])).toBe('running');
  expect(summarizeState([running, { ...running, ready: false }])).toBe('degraded');
  expect(summarizeState([running, { state: 'starting', ready: false }])).toBe('starting');
});

it('a process that waits for others does not keep the experiment from running', () => {
  const waiting = { state: 'pending', ready: false, waits: true } as const;
  expect(summarizeState([running, waiting])).toBe('running');
  expect(summarizeState([running, waiting, { state: 'pending', ready: false }])).toBe('starting');
  expect(summarizeState([{ state: 'starting', ready: false }, waiting])).toBe('starting');
  expect(summarizeState([{ ...running, ready: false }, waiting])).toBe('degraded');
  expect(summarizeState([{ state: 'succeeded', ready: false }, waiting])).toBe('starting');
});

it('a lost process makes its experiment failed, or degraded while others run', () => {
  const lost = { state: 'lost', ready: false } as const;
  expect(summarizeState([running, lost])).toBe('degraded');
  expect(summarizeState([{ state: 'succeeded', ready: false }, lost])).toBe('failed');
});

it('an experiment that a rule has ended has its outcome once nothing runs, whatever became of its processes', () => {
  const failed = { state: 'failed', ready: false } as const;
  const stopped = { state: 'stopped', ready: false } as const;
  expect(summarizeState([failed, stopped], 'succeeded')).toBe('succeeded');
  expect(summarizeState([stopped, stopped], 'failed')).toBe('failed');
  expect(summarizeState([stopped, { state: 'running', ready: true }], 'failed')).toBe('running');
});
