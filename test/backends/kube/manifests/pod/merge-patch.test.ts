import { expect, it } from 'vitest';
import { mergePatch } from '../../../../../src/backends/kube/manifests/pod/merge-patch.ts';
import { buildPod } from '../../support/manifests.ts';

it('merges maps, replaces lists, removes by null', () => {
  const target = { a: { b: 1, c: 2 }, list: [1, 2], gone: 1 };
  expect(mergePatch(target, { a: { c: null, d: { e: null, f: 3 } }, list: [3], gone: null })).toEqual({
    a: { b: 1, d: { f: 3 } },
    list: [3],
  });
  expect(target).toEqual({ a: { b: 1, c: 2 }, list: [1, 2], gone: 1 });
});

it('merges containers by name, and adds those that are new', () => {
  const containers = [{ name: 'a', image: 'x' }, { name: 'b' }];
  const patch = {
    containers: [
      { name: 'b', tty: true },
      { name: 'c', image: 'y' },
    ],
  };
  expect(mergePatch({ containers }, patch)).toEqual({
    containers: [
      { name: 'a', image: 'x' },
      { name: 'b', tty: true },
      { name: 'c', image: 'y' },
    ],
  });
});

it('is applied to the finished pod, from the outermost section to the innermost', () => {
  const kube = { patch: { metadata: { annotations: { who: 'process' } }, spec: { shareProcessNamespace: null } } };
  const { pod, container } = buildPod(
    { kube },
    {
      kube: {
        patch: {
          metadata: { annotations: { who: 'experiment', kept: 'yes' } },
          spec: { hostNetwork: true, containers: [{ name: 'main', securityContext: { runAsUser: 1000 } }] },
        },
      },
    },
  );
  expect(pod.metadata).toMatchObject({ name: 'main', annotations: { who: 'process', kept: 'yes' } });
  expect(pod.spec).toMatchObject({ hostNetwork: true });
  expect(pod.spec).not.toHaveProperty('shareProcessNamespace');
  expect(container).toMatchObject({ image: 'busybox', securityContext: { runAsUser: 1000 } });
});
