import { expect, it } from 'vitest';
import { describePods } from '../../../../src/backends/kube/delete/describe-pods.ts';

const pod = (name: string, nodeName: string, finalizers: readonly string[] = []) => ({
  metadata: { name, finalizers, deletionTimestamp: '2026-01-31T12:00:00Z' },
  spec: { nodeName },
});

it('groups the pods of a node with the same reason', () => {
  const many = Array.from({ length: 173 }, (_, index) => pod(`agent-${index}`, 'lost'));
  expect(describePods([...many, pod('a', 'other'), pod('b', 'other', ['x/y']), pod('c', 'other')])).toEqual([
    '2 pods a, c on node other (the node has not confirmed the end)',
    '173 pods on node lost, such as agent-0, agent-1, agent-10 (the node has not confirmed the end)',
    'pod b on node other (held by finalizer x/y)',
  ]);
});
