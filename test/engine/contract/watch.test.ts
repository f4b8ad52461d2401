import { expect, it } from 'vitest';
import type { ExperimentStatus, ProcessStatus } from '../../../src/engine/contract/status.ts';
import { mergeChange } from '../../../src/engine/contract/watch.ts';

const experiment = { name: 'rl', state: 'running' } as ExperimentStatus;
const status = (name: string, state: ProcessStatus['state'], group: string | null = null) =>
  ({ experiment: 'rl', group, name, state }) as ProcessStatus;

it('a change replaces the processes that it contains, and keeps their order', () => {
  const known = {
    experiment,
    processes: [status('a', 'running'), status('a', 'running', 'g'), status('b', 'running')],
  };
  const degraded = { ...experiment, state: 'degraded' } as const;
  expect(mergeChange(known, { experiment: degraded, processes: [status('a', 'failed', 'g')] })).toEqual({
    experiment: degraded,
    processes: [status('a', 'running'), status('a', 'failed', 'g'), status('b', 'running')],
  });
});

it('a change to an unknown experiment, or one that replaces it, is the whole experiment', () => {
  const change = { experiment, processes: [status('a', 'running')] };
  expect(mergeChange(undefined, change)).toEqual(change);
  const known = { experiment, processes: [status('a', 'running'), status('b', 'running')] };
  expect(mergeChange(known, { ...change, replaced: true })).toEqual(change);
});
