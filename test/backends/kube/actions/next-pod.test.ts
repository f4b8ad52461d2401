import { expect, it } from 'vitest';
import { countAfter, countAfterMissing, nextPod, templateOf } from '../../../../src/backends/kube/actions/next-pod.ts';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { buildPod } from '../support/manifests.ts';

it('the next pod is the same but for its name, and counts on', () => {
  const { pod } = buildPod({ kube: { patch: { spec: { activeDeadlineSeconds: 600 } } } });
  const first = nextPod(pod, countAfterMissing(pod, undefined));
  expect(first).toEqual({
    ...pod,
    metadata: {
      ...pod.metadata,
      name: 'main.r1',
      annotations: { [annotations.generation]: '1', [annotations.earlierRuns]: '{"main":1}' },
    },
    spec: { ...pod.spec, hostname: 'main' },
  });
  const status = { containerStatuses: [{ name: 'main', restartCount: 2 }] };
  expect(countAfter({ ...first, status } as never)).toEqual({ generation: 2, earlierRuns: { main: 4 } });
  expect(countAfterMissing(pod, { generation: 2, earlierRuns: { main: 4 } })).toEqual({
    generation: 3,
    earlierRuns: { main: 5 },
  });
});

it('of a launch without templates the next pod keeps what its author wrote, its own deadline too', () => {
  const { pod } = buildPod({});
  const live = {
    ...pod,
    metadata: {
      ...pod.metadata,
      uid: 'u',
      annotations: { [annotations.stopped]: '', [annotations.deadline]: '600', kept: 'yes' },
    },
    spec: { ...pod.spec, nodeName: 'n', priority: 0, activeDeadlineSeconds: 1 },
    status: { phase: 'Failed' },
  };
  const template = templateOf(live);
  expect(template).not.toHaveProperty('status');
  expect(template.metadata).not.toHaveProperty('uid');
  expect(template.metadata.annotations).toEqual({ kept: 'yes' });
  expect(template.spec).toMatchObject({ activeDeadlineSeconds: 600 });
  expect(template.spec).not.toHaveProperty('nodeName');
});

it('edited counts of an unknown form count as none', () => {
  const { pod } = buildPod({});
  const edited = { ...pod, metadata: { ...pod.metadata, annotations: { [annotations.earlierRuns]: 'broken' } } };
  expect(countAfter(edited)).toEqual({ generation: 1, earlierRuns: { main: 1 } });
});
