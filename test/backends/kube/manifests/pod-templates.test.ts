import { expect, it } from 'vitest';
import { countAfter, countAfterMissing, nextPod, templateOf } from '../../../../src/backends/kube/actions/next-pod.ts';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { podTemplateObjects, readPodTemplates } from '../../../../src/backends/kube/manifests/pod-templates.ts';
import { build, buildPod, checkSchema } from '../support/manifests.ts';

const launch = { launchId: 'launch-1' };

it('pods are kept as they are launched, 5,000 replicas of them in one object', () => {
  const { objects, location } = build({ processes: { agent: { command: ['true'], replicas: 5_000 } } });
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  const kept = podTemplateObjects(pods, { location, ...launch });
  expect(kept).toHaveLength(1);
  checkSchema(kept[0] as never);
  expect(kept[0]?.metadata).toMatchObject({ name: 'symphony-pods-0', labels: { 'symphony/role': 'pods' } });
  expect(JSON.stringify(kept).length).toBeLessThan(500_000);
  expect(readPodTemplates(kept[0] as never)).toEqual(pods);
});

it('templates that are too large for one object are split', () => {
  const { objects, location } = build({ processes: { agent: { command: ['true'], replicas: 7 } } });
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  const kept = podTemplateObjects(pods, { location, ...launch }, 450);
  expect(kept.length).toBeGreaterThan(1);
  expect(kept.flatMap((object) => readPodTemplates(object))).toEqual(pods);
  expect(new Set(kept.map(({ metadata }) => metadata.name)).size).toBe(kept.length);
});

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
