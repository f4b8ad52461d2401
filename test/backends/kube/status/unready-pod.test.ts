import { expect, it } from 'vitest';
import {
  unreadyPodReason,
  unresponsiveNode,
  unresponsiveNodeReason,
} from '../../../../src/backends/kube/status/unready-pod.ts';
import { pod } from './support/pods.ts';

const since = '2026-11-23T09:10:00Z';
const withConditions = (ready: object, containers = 'True', phase = 'Running') =>
  pod({
    status: {
      phase,
      conditions: [
        { type: 'ContainersReady', status: containers },
        { type: 'Ready', ...ready },
      ],
    },
  });
const silent = withConditions({ status: 'False', lastTransitionTime: since });

it('a node does not answer if its pod is not ready although its containers are', () => {
  expect(unresponsiveNode(silent)).toEqual({ node: 'node-1', since });
  expect(unreadyPodReason(silent)).toBe(`its node node-1 does not answer since ${since}`);
  expect(unresponsiveNode(withConditions({ status: 'False' }))).toEqual({ node: 'node-1' });
  expect(unresponsiveNodeReason({ node: 'node-1' })).toBe('its node node-1 does not answer');
});

it('a closed readiness gate is no silent node', () => {
  const gated = (message?: string) =>
    withConditions({ status: 'False', reason: 'ReadinessGatesNotReady', ...(message && { message }) });
  expect(unresponsiveNode(gated())).toBeUndefined();
  expect(unreadyPodReason(gated('its load balancer is not ready'))).toBe('not ready: its load balancer is not ready');
  expect(unreadyPodReason(gated())).toBe('not ready: a readiness gate of its pod is not open');
});

it('nothing is said of a pod that is ready, whose containers are not, or that does not run', () => {
  for (const other of [
    withConditions({ status: 'True' }),
    withConditions({ status: 'False' }, 'False'),
    withConditions({ status: 'False' }, 'True', 'Failed'),
    pod({ status: { conditions: [] } }),
    { metadata: { name: 'p' } },
  ]) {
    expect(unresponsiveNode(other)).toBeUndefined();
    expect(unreadyPodReason(other)).toBeUndefined();
  }
});
