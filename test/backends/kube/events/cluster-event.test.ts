import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { type EventScope, toClusterEvent } from '../../../../src/backends/kube/events/cluster-event.ts';
import { eventObject } from '../../../../src/backends/kube/events/write-event.ts';

const processes = [
  { group: null, name: 'learner' },
  { group: 'agents', name: 'a' },
  { group: 'agents', name: 'b' },
];
const own: EventScope = {
  location: { experiment: 'rl', namespace: 'rl', ownNamespace: true },
  processes,
  launchedAt: '2026-01-01T00:00:00.500Z',
};
const shared: EventScope = { ...own, location: { experiment: 'rl', namespace: 'team', ownNamespace: false } };

function event(involvedObject: object, fields: object = {}): KubeObject {
  return {
    metadata: { name: 'e', uid: 'uid-1' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off',
    count: 3,
    lastTimestamp: '2026-01-01T00:01:00Z',
    involvedObject,
    ...fields,
  };
}

describe('a Kubernetes event', () => {
  test('belongs to the process of its container, or to that of its pod', () => {
    const ofContainer = event({ kind: 'Pod', name: 'agents', fieldPath: 'spec.containers{b}' });
    expect(toClusterEvent(ofContainer, own)).toEqual({
      id: 'uid-1',
      time: '2026-01-01T00:01:00.000Z',
      process: { group: 'agents', name: 'b' },
      kind: 'warning',
      reason: 'BackOff',
      message: 'Back-off',
      count: 3,
    });
    expect(toClusterEvent(event({ kind: 'Pod', name: 'agents' }), own)).not.toHaveProperty('process');
    expect(toClusterEvent(event({ kind: 'Pod', name: 'learner.r2' }), own)).toMatchObject({ process: processes[0] });
    expect(toClusterEvent(event({ kind: 'Service', name: 'learner' }), own)).not.toHaveProperty('process');
  });

  test('of a namespace that others share counts only if it is of the experiment', () => {
    expect(toClusterEvent(event({ kind: 'Pod', name: 'learner' }), shared)).toBeUndefined();
    expect(toClusterEvent(event({ kind: 'Service', name: 'x' }), shared)).toBeUndefined();
  });

  test('from before the launch is of an earlier experiment; the second of the launch counts', () => {
    const at = (lastTimestamp: string) =>
      toClusterEvent(event({ kind: 'Pod', name: 'learner' }, { lastTimestamp }), own);
    expect(at('2025-12-31T23:59:59Z')).toBeUndefined();
    expect(at('2026-01-01T00:00:00Z')).toBeDefined();
  });

  test('that Symphony has written reads as it was meant', () => {
    const time = '2026-01-02T00:00:00.000Z';
    for (const scope of [own, shared]) {
      for (const reference of [...processes, undefined]) {
        const said = { reason: 'StopRequested', message: 'by a test', ...(reference && { process: reference }) };
        const object = eventObject(scope.location, { ...said, time });
        expect(object.metadata.namespace).toBe(object.involvedObject.namespace);
        expect(toClusterEvent(object, scope)).toMatchObject({ ...said, time, kind: 'normal', count: 1 });
      }
    }
  });
});
