import { expect, test } from 'vitest';
import { annotations, labels } from '../../../../src/backends/kube/manifests/labels.ts';
import {
  generation,
  isPodOf,
  memberKey,
  newestPod,
  podMember,
  podsOf,
} from '../../../../src/backends/kube/status/process-pods.ts';

const podOf = (name: string, own: Record<string, string>, restarts?: string) => ({
  metadata: { name, labels: own, ...(restarts && { annotations: { [annotations.generation]: restarts } }) },
});

test('a group and a process of the same name have pods of their own', () => {
  const ofProcess = podOf('a', { [labels.member]: 'team' });
  const ofGroup = podOf('b', { [labels.member]: 'team', [labels.group]: 'team' });
  const [alone, member] = [
    { group: null, name: 'team' },
    { group: 'team', name: 'one' },
  ];
  expect([podMember(ofProcess), podMember(ofGroup)]).toEqual([memberKey(alone), memberKey(member)]);
  expect([ofProcess, ofGroup].map((pod) => isPodOf(pod, alone))).toEqual([true, false]);
  expect([ofProcess, ofGroup].map((pod) => isPodOf(pod, member))).toEqual([false, true]);
});

test('a replaced pod is a past one of its process, and no member any more', () => {
  const replaced = podOf('main', { [labels.pastMember]: 'main' });
  const tenth = podOf('main.r10', { [labels.member]: 'main' }, '10');
  const ninth = podOf('main.r9', { [labels.pastMember]: 'main' }, '9');
  expect(podMember(replaced)).toBeUndefined();
  expect(podsOf([tenth, replaced, ninth], { group: null, name: 'main' })).toEqual([replaced, ninth, tenth]);
  expect(newestPod([tenth, ninth, replaced])).toBe(tenth);
  expect(newestPod([])).toBeUndefined();
});

test('a generation that was edited to anything else counts as the first', () => {
  expect(['3', 'x', '', undefined].map((text) => generation(podOf('p', {}, text)))).toEqual([3, 0, 0, 0]);
});
