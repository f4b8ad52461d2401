import { expect, it } from 'vitest';
import { keptIn } from '../../../../src/backends/kube/actions/pod-template-store.ts';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { mergePatch } from '../../../../src/backends/kube/manifests/pod/merge-patch.ts';
import { restoredPodsChange, storedPodsChange } from '../../../../src/backends/kube/scale/stored-pods.ts';
import { build } from '../support/manifests.ts';

function podsOf(replicas: number) {
  const { objects, location } = build({ processes: { agent: { command: ['true'], replicas } } });
  return { pods: objects.filter(({ kind }) => kind === 'Pod'), place: { location, launchId: 'launch-1' } };
}

/** The ConfigMaps after a change. */
function apply(holders: readonly KubeObject[], { create, patch }: ReturnType<typeof storedPodsChange>): KubeObject[] {
  const changed = holders.map((holder) => mergePatch(holder, patch.get(holder.metadata.name) ?? {}) as KubeObject);
  return [...changed, ...(create as readonly KubeObject[])];
}

const names = (holders: readonly KubeObject[]) => [...keptIn(holders).keys()];

it('other pods are stored in the same object, and its counts of restarts stay unless they are forgotten', () => {
  const { pods, place } = podsOf(2);
  const first = apply([], storedPodsChange(place, [], pods));
  expect(names(first)).toEqual(['agent-0', 'agent-1']);
  const count = (generation: number) => JSON.stringify({ generation, earlierRuns: { 'agent-0': generation } });
  const counted: KubeObject[] = first.map((holder) => ({
    ...holder,
    data: { 'agent-0': count(2), 'agent-1': count(1) },
  }));

  const more = apply(counted, storedPodsChange(place, counted, podsOf(4).pods));
  expect(more).toHaveLength(1);
  expect(names(more)).toEqual(['agent-0', 'agent-1', 'agent-2', 'agent-3']);
  expect(keptIn(more).get('agent-1')?.count?.generation).toBe(1);

  const fewer = apply(more, storedPodsChange(place, more, podsOf(1).pods, ['agent-1', 'agent-2', 'agent-3']));
  expect(names(fewer)).toEqual(['agent-0']);
  expect(fewer[0]?.data).toEqual({ 'agent-0': count(2) });
  expect(apply(fewer, restoredPodsChange(counted))[0]?.binaryData).toEqual(counted[0]?.binaryData);
});

it('a second object that is not needed any more keeps counts, which are found wherever they are', () => {
  const { pods, place } = podsOf(2);
  const [only] = apply([], storedPodsChange(place, [], pods)) as [KubeObject];
  const count = JSON.stringify({ generation: 3, earlierRuns: { 'agent-1': 3 } });
  const second = {
    ...only,
    metadata: { ...only.metadata, name: 'symphony-pods-1' },
    data: { 'agent-1': count },
  };
  const after = apply([only, second], storedPodsChange(place, [only, second], pods));
  expect(after[1]?.binaryData).toEqual({});
  expect(keptIn(after).get('agent-1')).toMatchObject({ holder: 'symphony-pods-0', count: { generation: 3 } });
});
