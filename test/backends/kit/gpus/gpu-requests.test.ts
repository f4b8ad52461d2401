import { expect, test } from 'vitest';
import { gpuRequests } from '../../../../src/backends/kit/gpus/gpu-requests.ts';
import type { StartCondition } from '../../../../src/engine/spec/experiment-spec.ts';

function requester(name: string, gpu: number | undefined, after: Readonly<Record<string, StartCondition>> = {}) {
  return {
    group: null,
    name,
    path: `processes.${name}`,
    resources: gpu === undefined ? {} : { gpu },
    after: Object.entries(after).map(([key, condition]) => ({ key, condition })),
  };
}

test('only processes that want a GPU are asked for, those that want more first', () => {
  const requests = gpuRequests([requester('a', 1), requester('b', undefined), requester('c', 0), requester('d', 4)]);
  expect(requests).toEqual([
    { key: 'd', path: 'processes.d', count: 4, endedBefore: new Set() },
    { key: 'a', path: 'processes.a', count: 1, endedBefore: new Set() },
  ]);
});

test('what has ended before a process comes before it, also through processes without a GPU', () => {
  const requests = gpuRequests([
    requester('train', 4, { check: 'succeeded' }),
    requester('check', undefined, { prepare: 'ended' }),
    requester('prepare', 1),
  ]);
  expect(requests.map(({ key }) => key)).toEqual(['prepare', 'train']);
  expect(requests[1]?.endedBefore).toEqual(new Set(['check', 'prepare']));
});

test('a process that is waited for until it starts has not ended, but what it waited for has', () => {
  const requests = gpuRequests([
    requester('prepare', 1),
    requester('serve', 1, { prepare: 'succeeded' }),
    requester('train', 1, { serve: 'ready' }),
  ]);
  expect(requests.find(({ key }) => key === 'train')?.endedBefore).toEqual(new Set(['prepare']));
});

test('a process that never started may have "ended" before what it waited for', () => {
  const requests = gpuRequests([
    requester('a', 1),
    requester('b', 1, { a: 'succeeded' }),
    requester('c', 1, { b: 'ended' }),
  ]);
  expect(requests.find(({ key }) => key === 'c')?.endedBefore).toEqual(new Set(['b']));
});
