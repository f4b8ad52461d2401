import { describe, expect, it } from 'vitest';
import { countAfter, countAfterMissing, nextPod, templateOf } from '../../../../src/backends/kube/actions/next-pod.ts';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { containerRuns } from '../../../../src/backends/kube/status/pod-runs.ts';
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

describe('the runs of earlier pods', () => {
  const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
  const { pod } = buildPod({});
  const ended = (exitCode: number) => ({
    phase: 'Failed',
    containerStatuses: [
      { name: 'main', restartCount: 0, state: { terminated: { exitCode, startedAt: at(1), finishedAt: at(2) } } },
    ],
  });
  const count = (before: KubeObject, status: object, fields: object = {}) =>
    countAfter({ ...before, metadata: { ...before.metadata, ...fields }, status } as never);

  it('are kept by the next pod, with their exit codes', () => {
    let current: KubeObject = pod;
    for (const exitCode of [3, 4]) current = nextPod(pod, count(current, ended(exitCode)));
    expect(containerRuns(current as never, 'main')).toEqual([
      { run: 1, startedAt: at(1), finishedAt: at(2), exitCode: 3, reason: 'exit code 3' },
      { run: 2, startedAt: at(1), finishedAt: at(2), exitCode: 4, reason: 'exit code 4' },
    ]);
    const status = { containerStatuses: [{ name: 'main', restartCount: 0, state: { running: { startedAt: at(5) } } }] };
    expect(containerRuns({ ...current, status } as never, 'main').map(({ run }) => run)).toEqual([1, 2, 3]);
  });

  it('are known of the pods before one that is gone', () => {
    const past = { ...nextPod(pod, count(pod, ended(3))), status: ended(4) };
    const { keptRuns, ...counts } = countAfterMissing(pod, { generation: 2, earlierRuns: { main: 2 } }, past as never);
    expect(counts).toEqual({ generation: 3, earlierRuns: { main: 3 } });
    expect(keptRuns?.main?.map(({ run, exitCode }) => [run, exitCode])).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it('are told as lost where the pod does not say how they ended', () => {
    const state = { running: { startedAt: at(1) } };
    const status = { phase: 'Running', reason: 'NodeLost', containerStatuses: [{ name: 'main', state }] };
    const next = nextPod(pod, count(pod, status, { deletionTimestamp: at(9) }));
    expect(containerRuns(next as never, 'main')).toEqual([
      { run: 1, startedAt: at(1), finishedAt: at(9), reason: expect.stringMatching(/does not answer$/) },
    ]);
  });

  it('are the last ones, however often a process was restarted', () => {
    let current: KubeObject = pod;
    for (let restarts = 0; restarts < 60; restarts += 1) current = nextPod(pod, count(current, ended(1)));
    const runs = containerRuns(current as never, 'main');
    expect(runs).toHaveLength(20);
    expect(runs.at(-1)?.run).toBe(60);
    expect(JSON.stringify(current.metadata.annotations).length).toBeLessThan(10_000);
    expect(templateOf({ ...current, status: {} } as never).metadata.annotations).not.toHaveProperty([
      annotations.keptRuns,
    ]);
  });

  it('that were edited into an unknown form count as none', () => {
    for (const edited of ['broken', '{"main":[{"run":"1"},null,{"run":1,"startedAt":"","exitCode":"x"}]}']) {
      const metadata = { ...pod.metadata, annotations: { [annotations.keptRuns]: edited } };
      expect(containerRuns({ ...pod, metadata } as never, 'main')).toEqual([]);
    }
  });
});
