import { expect, it } from 'vitest';
import { isBlocked } from '../../../../src/backends/kube/status/blocked.ts';
import type { ContainerStatusJson, EventJson, PodJson } from '../../../../src/backends/kube/status/pod-json.ts';

function pod(status: PodJson['status']): PodJson {
  return { metadata: { name: 'p' }, spec: { nodeName: 'node-1' }, status: { phase: 'Pending', ...status } };
}

const container = (status: Omit<ContainerStatusJson, 'name'>) =>
  pod({ containerStatuses: [{ name: 'main', ...status }] });
const waiting = (reason: string, restartCount = 0) => container({ restartCount, state: { waiting: { reason } } });
const event = (reason: string): EventJson => ({ type: 'Warning', reason });

it('an image or a configuration that is wrong blocks a container', () => {
  for (const reason of ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError']) {
    expect(isBlocked(waiting(reason), 'main'), reason).toBe(true);
  }
  for (const reason of ['ContainerCreating', 'PodInitializing']) expect(isBlocked(waiting(reason), 'main')).toBe(false);
  expect(isBlocked(waiting('ErrImagePull'), 'other')).toBe(false);
});

it('a crash loop blocks, and its first restarts do not', () => {
  expect(isBlocked(waiting('CrashLoopBackOff', 2), 'main')).toBe(false);
  expect(isBlocked(waiting('CrashLoopBackOff', 3), 'main')).toBe(true);
});

it('an init container blocks its whole pod', () => {
  const init = [{ name: 'git-1', state: { waiting: { reason: 'ErrImagePull' } } }];
  expect(isBlocked(pod({ initContainerStatuses: init }), 'main')).toBe(true);
});

it('a pod for which no node is found is blocked, unless a node is being added', () => {
  const unscheduled = (reason: string) => pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason }] });
  expect(isBlocked(unscheduled('Unschedulable'), 'main')).toBe(true);
  expect(isBlocked(unscheduled('Unschedulable'), 'main', [event('FailedScheduling'), event('TriggeredScaleUp')])).toBe(
    false,
  );
  expect(isBlocked(unscheduled('SchedulingGated'), 'main')).toBe(false);
});

it('a volume that cannot be mounted blocks, until something else happens', () => {
  const creating = waiting('ContainerCreating');
  expect(isBlocked(creating, 'main', [event('Pulled'), event('FailedMount')])).toBe(true);
  expect(isBlocked(creating, 'main', [event('FailedMount'), event('Pulling')])).toBe(false);
  const running = container({ state: { running: { startedAt: '2026-11-23T09:00:00Z' } } });
  expect(isBlocked(running, 'main', [event('FailedMount')])).toBe(false);
});
