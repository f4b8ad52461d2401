import { expect, it } from 'vitest';
import { summarizeState } from '../../../src/engine/contract/status.ts';

const running = { state: 'running', ready: true } as const;

it('an experiment with a process that is no longer ready is degraded', () => {
  expect(summarizeState([running, running])).toBe('running');
  expect(summarizeState([running, { ...running, ready: false }])).toBe('degraded');
  expect(summarizeState([running, { state: 'starting', ready: false }])).toBe('starting');
});

it('a lost process makes its experiment failed, or degraded while others run', () => {
  const lost = { state: 'lost', ready: false } as const;
  expect(summarizeState([running, lost])).toBe('degraded');
  expect(summarizeState([{ state: 'succeeded', ready: false }, lost])).toBe('failed');
});
