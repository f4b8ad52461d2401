import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { EndingPods } from '../../../../src/backends/kube/delete/ending-pods.ts';
import { annotations, labels } from '../../../../src/backends/kube/manifests/labels.ts';

interface Draft {
  readonly phase?: string;
  readonly state?: object;
  readonly grace?: number;
  readonly annotations?: Record<string, string>;
  readonly conditions?: readonly object[];
  readonly own?: Record<string, string>;
}

const running = { running: { startedAt: '2026-01-31T12:00:00Z' } };
const over = { phase: 'Failed', state: { terminated: { exitCode: 143 } } };

function pod(name: string, draft: Draft = {}): KubeObject {
  const { phase = 'Running', state = running, grace = 10, conditions, own = { [labels.member]: name } } = draft;
  return {
    metadata: { name, uid: `uid-${name}`, labels: own, annotations: draft.annotations ?? {} },
    spec: { nodeName: 'node', terminationGracePeriodSeconds: grace },
    status: { phase, conditions, containerStatuses: [{ name, state }] },
  } as unknown as KubeObject;
}

const silent = [
  { type: 'Ready', status: 'False' },
  { type: 'ContainersReady', status: 'True' },
];
const names = ({ waiting }: EndingPods) => waiting.map(({ metadata }) => metadata.name);

describe('pods that are being ended', () => {
  test('are those whose processes run on a node that answers', () => {
    const ending = new EndingPods([
      pod('runs'),
      pod('replaced', { own: { [labels.pastMember]: 'runs' } }),
      pod('supervisor', { own: {} }),
      pod('pulls', { phase: 'Pending', state: { waiting: { reason: 'ImagePullBackOff' } } }),
      pod('waits', { state: { waiting: { reason: 'CrashLoopBackOff' } } }),
      pod('over', over),
      pod('unreachable', { conditions: silent }),
    ]);
    expect(names(ending)).toEqual(['runs', 'replaced']);
  });

  test('end when their status says so, when their end was observed, and when they are gone', () => {
    const ending = new EndingPods(['a', 'b', 'c', 'd'].map((name) => pod(name)));
    ending.put(pod('a', over), 0);
    ending.put(pod('b', { phase: 'Failed', annotations: { [annotations.ended]: '2026-01-31T12:00:00Z' } }), 0);
    ending.replace([pod('c')], 0);
    expect(names(ending)).toEqual(['c']);
    expect(ending).toMatchObject({ total: 4, ended: 3 });
  });

  test('that cannot be ended are not waited for, and do not count as ended', () => {
    const ending = new EndingPods([pod('refused'), pod('unreachable')]);
    ending.leave(pod('refused'));
    ending.put(pod('unreachable', { conditions: silent }), 0);
    expect(ending).toMatchObject({ waiting: [], total: 2, ended: 0 });
  });

  test('whose nodes do not report the ends are named once', () => {
    const ending = new EndingPods([pod('a'), pod('b')]);
    ending.put(pod('a', { phase: 'Failed' }), 0);
    expect(ending.takeSilent().map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(ending.takeSilent()).toEqual([]);
    expect(names(ending)).toEqual(['a', 'b']);
  });
});

describe('the deadline', () => {
  test('is unknown until all pods were asked, and follows the longest grace period then', () => {
    const ending = new EndingPods([pod('a', { grace: 10 }), pod('b', { grace: 20 })]);
    expect(ending.deadline).toBeUndefined();
    ending.setAsked(1_000);
    expect(ending.deadline).toBe(51_000);
  });

  test('moves with each end, and not without limit', () => {
    const ending = new EndingPods(['a', 'b', 'c'].map((name) => pod(name)));
    ending.setAsked(0);
    ending.put(pod('a', over), 5_000);
    expect(ending.deadline).toBe(40_000);
    ending.put(pod('b', over), 24_000);
    expect(ending.deadline).toBe(54_000);
    // What is not waited for does not move it.
    ending.put(pod('b', over), 38_000);
    expect(ending.deadline).toBe(54_000);
    ending.put(pod('c', over), 129_000);
    expect(ending.deadline).toBe(130_000);
  });
});
