import { describe, expect, it } from 'vitest';
import type { EventJson, PodJson } from '../../../../src/backends/kube/status/pod-json.ts';
import { waitingReason } from '../../../../src/backends/kube/status/waiting-reason.ts';

const scheduled = [{ type: 'PodScheduled', status: 'True' }];

function pod(status: object, nodeName: string | undefined = 'node-1'): PodJson {
  return {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'main', image: 'python:3' }], ...(nodeName && { nodeName }) },
    status: { phase: 'Pending', conditions: scheduled, ...status },
  };
}

const waits = (reason: string, message?: string, events: readonly EventJson[] = []) =>
  waitingReason(
    pod({
      containerStatuses: [
        { name: 'main', image: 'python:3', state: { waiting: { reason, ...(message && { message }) } } },
      ],
    }),
    'main',
    events,
  );

describe('why a container waits', () => {
  it('is that no node is found', () => {
    expect(waitingReason(pod({ conditions: [] }, ''), 'main')).toBe(
      'waits for a node: the scheduler has not looked at it yet',
    );
    const { spec, ...rest } = pod({ conditions: [] }, '');
    expect(waitingReason({ ...rest, spec: { ...spec, schedulerName: 'volcano' } }, 'main')).toBe(
      'waits for a node: the scheduler volcano has not looked at it yet',
    );
    const unscheduled = (reason: string, message: string) =>
      waitingReason(pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason, message }] }, ''), 'main');
    expect(unscheduled('Unschedulable', '0/1 nodes are available: 1 Insufficient nvidia.com/gpu.')).toBe(
      'cannot be scheduled: the only node does not fit: 1 without enough free nvidia.com/gpu',
    );
    expect(unscheduled('SchedulingGated', 'Scheduling is blocked')).toBe('waits until it may be scheduled');
  });

  it('is its image', () => {
    expect(waits('ErrImagePull', 'rpc error: code = NotFound desc = not found\nmore')).toBe(
      'the image python:3 cannot be pulled: not found',
    );
    expect(waits('ImagePullBackOff', 'Back-off pulling image "python:3"')).toBe('the image python:3 cannot be pulled');
    expect(waits('InvalidImageName', 'x')).toBe('python:3 is not a valid image name');
    expect(waits('ErrImageNeverPull')).toContain('imagePullPolicy is Never');
  });

  it('is the same for an image, whether its node pulls or backs off', () => {
    const said =
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/a:1": failed to resolve reference "docker.io/a:1": docker.io/a:1: not found';
    const events = [
      { type: 'Warning', reason: 'Failed', message: `Failed to pull image "docker.io/a:1": ${said}` },
      { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' },
      { type: 'Normal', reason: 'BackOff', message: 'Back-off pulling image "docker.io/a:1"' },
    ];
    const reason = 'the image python:3 cannot be pulled: docker.io/a:1: not found';
    expect(waits('ErrImagePull', said, events)).toBe(reason);
    expect(waits('ImagePullBackOff', 'Back-off pulling image "docker.io/a:1"', events)).toBe(reason);
    const other = events.map((event) => ({ ...event, involvedObject: { fieldPath: 'spec.containers{other}' } }));
    expect(waits('ImagePullBackOff', undefined, other)).toBe('the image python:3 cannot be pulled');
  });

  it('is its configuration', () => {
    expect(waits('CreateContainerConfigError', 'secret "s" not found')).toBe(
      'its container cannot be configured: secret "s" not found',
    );
    expect(waits('RunContainerError', 'boom')).toBe('its container cannot be started: boom');
  });

  it('comes from events', () => {
    const creating = (...events: EventJson[]) => waits('ContainerCreating', undefined, events);
    expect(creating()).toBe('its container is being created');
    const pulling = (container: string): EventJson => ({
      type: 'Normal',
      reason: 'Pulling',
      involvedObject: { fieldPath: `spec.containers{${container}}` },
    });
    expect(creating(pulling('main'))).toBe('pulls the image python:3');
    expect(creating(pulling('other'))).toBe('its container is being created');
    expect(creating(pulling('main'), { type: 'Normal', reason: 'Pulled' })).toBe('its container is being created');
    expect(creating({ type: 'Warning', reason: 'FailedMount', message: 'no such claim' })).toBe(
      'a volume cannot be mounted: no such claim',
    );
  });

  it('is what runs before it', () => {
    const init = (state: object, lastState = {}) =>
      waitingReason(pod({ initContainerStatuses: [{ name: 'git-0', image: 'alpine/git', state, lastState }] }), 'main');
    expect(init({ running: {} })).toBe('waits for git-0 to prepare it');
    expect(init({ terminated: { exitCode: 128 } })).toBe('git-0, which prepares it, failed: exit code 128');
    const crashed = { terminated: { exitCode: 1 } };
    expect(init({ waiting: { reason: 'CrashLoopBackOff' } }, crashed)).toContain('failed: exit code 1');
    expect(init({ waiting: { reason: 'ErrImagePull', message: 'x' } })).toBe(
      'git-0, which prepares it: the image alpine/git cannot be pulled: x',
    );
  });
});
