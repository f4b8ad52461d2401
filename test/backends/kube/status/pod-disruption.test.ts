import { describe, expect, it } from 'vitest';
import { containerOutcome, missingPodOutcome } from '../../../../src/backends/kube/status/pod-status.ts';
import { main, type PodFields, pod, terminated } from './support/pods.ts';

const outcome = (fields: PodFields, options = {}) => containerOutcome(pod(fields), 'main', options);

describe('a container whose pod was deleted from outside', () => {
  it('is lost, however it ended', () => {
    // As reported by Kubernetes 1.20: the request time is the deletion time less the grace period.
    const metadata = { deletionTimestamp: '2026-11-23T09:00:14Z', deletionGracePeriodSeconds: 10 };
    const end = (finishedAt: string, exitCode: number, fields: PodFields = {}) =>
      outcome({ metadata, ...fields, containers: [main(terminated({ exitCode, finishedAt }))] });
    for (const exitCode of [0, 143, 1]) {
      expect(end('2026-11-23T09:00:05Z', exitCode)).toMatchObject({
        state: 'lost',
        exitCode,
        reason: 'it was deleted by hand, or evicted (as when its node is drained)',
      });
    }
    // Within the second of the request, the order is unknown.
    expect(end('2026-11-23T09:00:04Z', 0)).toMatchObject({ state: 'lost' });
    expect(end('2026-11-23T09:00:03Z', 0)).toMatchObject({ state: 'succeeded' });
    expect(end('2026-11-23T09:00:03Z', 2)).toMatchObject({ state: 'failed', exitCode: 2 });
    // Its policy would have restarted it.
    expect(end('2026-11-23T09:00:03Z', 0, { restartPolicy: 'Always' })).toMatchObject({ state: 'lost' });
    expect(end('2026-11-23T09:00:03Z', 0, { restartPolicy: 'OnFailure' })).toMatchObject({ state: 'succeeded' });
    expect(end('2026-11-23T09:00:03Z', 2, { restartPolicy: 'OnFailure' })).toMatchObject({ state: 'lost' });
  });

  it('names the cause, as far as events and conditions report it', () => {
    const metadata = { deletionTimestamp: '2026-11-23T09:00:14Z', deletionGracePeriodSeconds: 10 };
    const reason = (events: readonly object[], conditions: readonly object[] = []) =>
      outcome({ metadata, status: { conditions }, containers: [main(terminated({ exitCode: 0 }))] }, { events }).reason;
    const target = (reason: string, message?: string) => [
      { type: 'DisruptionTarget', status: 'True', reason, message },
    ];
    const taint = { reason: 'TaintManagerEviction', message: 'Marking for deletion Pod rl/rl-pod' };
    expect(reason([{ reason: 'Preempted', message: 'Preempted by high/worker-0 on node fake-0' }])).toBe(
      'preempted by pod high/worker-0, which has a higher priority',
    );
    expect(reason([{ reason: 'Preempted', message: 'Preempted by pod 51b8 on node n' }])).toBe(
      'preempted by a pod of higher priority',
    );
    expect(reason([taint])).toBe('evicted by a NoExecute taint of its node node-1');
    expect(reason([{ reason: 'NodeNotReady' }, taint])).toBe('evicted, because its node node-1 did not answer');
    expect(reason([], target('EvictionByEvictionAPI'))).toBe('evicted, as when its node node-1 is drained');
    expect(reason([], target('DeletionByTaintManager'))).toBe('evicted by a NoExecute taint of its node node-1');
    expect(reason([], target('PreemptionByScheduler'))).toBe('preempted by a pod of higher priority');
    expect(reason([], target('DeletionByPodGC'))).toBe('its node node-1 is gone');
    expect(reason([], target('Other', 'a word of its own'))).toBe('disrupted: a word of its own');
    expect(missingPodOutcome('main', [taint] as never).reason).toBe(
      'its pod main is gone: evicted by a NoExecute taint of its node',
    );
    expect(missingPodOutcome('main').reason).toBe(
      'its pod main is gone: it was deleted by hand, or evicted (as when its node is drained)',
    );
  });
});
