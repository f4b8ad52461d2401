import { describe, expect, it } from 'vitest';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { containerOutcome } from '../../../../src/backends/kube/status/pod-status.ts';
import { began, ended, main, type PodFields, place, pod, terminated, times } from './support/pods.ts';

const outcome = (fields: PodFields, options = {}) => containerOutcome(pod(fields), 'main', options);

describe('a container that runs', () => {
  const running = { running: { startedAt: began } };

  it('is starting until its probe succeeds, and running from then on', () => {
    expect(outcome({ containers: [main(running, { started: false })] })).toEqual({
      ...place,
      state: 'starting',
      ready: false,
      restarts: 0,
      startedAt: times.startedAt,
    });
    expect(outcome({ containers: [main(running, { started: true, ready: true })] })).toMatchObject({
      state: 'running',
      ready: true,
    });
    expect(outcome({ containers: [main(running, { started: true, ready: false })] })).toMatchObject({
      state: 'running',
      ready: true,
    });
  });

  it('that has a probe of readiness by a patch is ready as its node says', () => {
    const spec = { containers: [{ name: 'main', readinessProbe: {} }] };
    const probed = (ready: boolean) =>
      containerOutcome({ ...pod({ containers: [main(running, { started: true, ready })] }), spec }, 'main');
    expect(probed(false)).toMatchObject({ state: 'running', ready: false });
    expect(probed(true)).toMatchObject({ state: 'running', ready: true });
  });

  it('that is ready by its log is so once the line was seen of this very container', () => {
    const status = main(running, { started: true, ready: true, containerID: 'containerd://2' });
    const seen = (id: string) => ({ annotations: { [annotations.logReady]: JSON.stringify({ main: id }) } });
    const state = (metadata: object) => outcome({ metadata, containers: [status] }, { readyByLog: true });
    expect(state({})).toMatchObject({ state: 'starting', ready: false });
    expect(state(seen('containerd://1'))).toMatchObject({ state: 'starting', ready: false });
    expect(state(seen('containerd://2'))).toMatchObject({ state: 'running', ready: true });
    expect(state({ annotations: { [annotations.logReady]: 'broken' } })).toMatchObject({ state: 'starting' });
  });

  it('is not ready, and says since when, while its node does not answer', () => {
    const since = '2026-11-23T09:10:00Z';
    const state = (ready: object) =>
      outcome({
        status: {
          conditions: [
            { type: 'ContainersReady', status: 'True' },
            { type: 'Ready', ...ready },
          ],
        },
        containers: [main(running, { started: true, ready: true })],
      });
    expect(state({ status: 'True' })).toMatchObject({ state: 'running', ready: true });
    expect(state({ status: 'True' })).not.toHaveProperty('reason');
    expect(state({ status: 'False', lastTransitionTime: since })).toMatchObject({
      state: 'running',
      ready: false,
      reason: `its node node-1 does not answer since ${since}`,
    });
    const gate = { status: 'False', reason: 'ReadinessGatesNotReady', message: 'corresponding condition is missing' };
    expect(state(gate)).toMatchObject({ ready: false, reason: 'not ready: corresponding condition is missing' });
  });

  it('counts restarts, also those of earlier pods', () => {
    const metadata = { annotations: { [annotations.earlierRuns]: '{"main":3,"other":9}' } };
    expect(outcome({ metadata, containers: [main(running, { restartCount: 2 })] })).toMatchObject({ restarts: 5 });
  });

  it('reports that it is being ended', () => {
    const fields = { metadata: { deletionTimestamp: ended }, containers: [main(running, { started: true })] };
    expect(outcome(fields, { isDeleting: true })).toMatchObject({ state: 'running', reason: 'is being ended' });
    expect(outcome(fields)).toMatchObject({
      state: 'running',
      ready: false,
      reason: 'is being ended: it was deleted by hand, or evicted (as when its node is drained)',
    });
  });
});

describe('a container that ended', () => {
  it('has succeeded or failed, in words', () => {
    const over = (fields: object, phase = 'Failed', memory = '512Mi') =>
      outcome({ memory, status: { phase }, containers: [main(terminated(fields))] });
    expect(over({ exitCode: 0, reason: 'Completed' }, 'Succeeded')).toEqual({
      ...place,
      ...times,
      state: 'succeeded',
      ready: false,
      restarts: 0,
      exitCode: 0,
    });
    expect(over({ exitCode: 3 })).toMatchObject({ state: 'failed', exitCode: 3, reason: 'exit code 3' });
    expect(over({ exitCode: 137 })).toMatchObject({ exitCode: 137, reason: 'exit code 137, as after SIGKILL' });
    expect(over({ exitCode: 137 })).not.toHaveProperty('signal');
    expect(over({ exitCode: 200 }).reason).toBe('exit code 200');
    expect(over({ exitCode: 0, signal: 11 })).toMatchObject({ signal: 'SIGSEGV' });
    expect(over({ exitCode: 137, reason: 'OOMKilled' }).reason).toBe(
      'out of memory: killed at its limit of 512Mi (exit code 137)',
    );
    const message =
      'failed to create containerd task: OCI runtime create failed: container_linux.go:367: starting container process caused: exec: "/no/such": stat /no/such: no such file or directory: unknown';
    expect(over({ exitCode: 128, reason: 'StartError', message, startedAt: '1970-01-01T00:00:00Z' })).toEqual({
      ...place,
      state: 'failed',
      ready: false,
      restarts: 0,
      exitCode: 128,
      finishedAt: times.finishedAt,
      reason: 'cannot be started: exec: "/no/such": stat /no/such: no such file or directory',
    });
  });

  it('waits for its restart, if its policy restarts it', () => {
    const state = (restartPolicy: string, exitCode: number) =>
      outcome({ restartPolicy, containers: [main(terminated({ exitCode }))] });
    expect(state('OnFailure', 4)).toMatchObject({
      state: 'backoff',
      exitCode: 4,
      reason: 'exit code 4',
      until: '2026-11-23T09:00:06.000Z',
    });
    expect(state('OnFailure', 0)).toMatchObject({ state: 'succeeded' });
    expect(state('Always', 0)).toMatchObject({ state: 'backoff' });
    expect(state('Never', 4)).toMatchObject({ state: 'failed' });
  });

  it('reports until when it waits', () => {
    const crash = (delay: string) =>
      outcome({
        restartPolicy: 'Always',
        containers: [
          main(
            {
              waiting: {
                reason: 'CrashLoopBackOff',
                message: `back-off ${delay} restarting failed container=main pod=p`,
              },
            },
            { restartCount: 3, lastState: terminated({ exitCode: 2 }) },
          ),
        ],
      });
    expect(crash('20s')).toEqual({
      ...place,
      ...times,
      state: 'backoff',
      ready: false,
      restarts: 3,
      exitCode: 2,
      reason: 'exit code 2',
      blocked: true,
      until: '2026-11-23T09:00:25.000Z',
    });
    expect(crash('1m20s').until).toBe('2026-11-23T09:01:25.000Z');
    expect(crash('5m0s').until).toBe('2026-11-23T09:05:05.000Z');
    expect(crash('soon')).not.toHaveProperty('until');
  });

  it('knows the delays before its node has reported them', () => {
    const delay = (restartCount: number, startedAt = began) => {
      const main = { name: 'main', restartCount, state: terminated({ startedAt }) };
      return Date.parse(outcome({ restartPolicy: 'Always', containers: [main] }).until ?? '') - Date.parse(ended);
    };
    expect([0, 1, 2, 3, 9].map((restarts) => delay(restarts))).toEqual([1000, 10_000, 20_000, 40_000, 300_000]);
    expect(delay(9, '2026-11-23T08:00:00Z')).toBe(10_000);
  });

  it('between two runs says what is wrong with the next', () => {
    const waiting = { reason: 'ErrImagePull', message: 'not found' };
    const containers = [main({ waiting }, { restartCount: 1, lastState: terminated({}) })];
    expect(outcome({ restartPolicy: 'Always', containers })).toMatchObject({
      state: 'backoff',
      exitCode: 1,
      reason: 'the image busybox cannot be pulled: not found',
    });
  });

  it('keeps its own end if that was before the request to end its pod, and else counts as the request says', () => {
    const status = { phase: 'Failed', reason: 'DeadlineExceeded' };
    const asked = (stoppedAt: string, fields = {}) => ({
      annotations: { [annotations.stopped]: 'rule', [annotations.stoppedAt]: stoppedAt, ...fields },
    });
    const containers = [main(terminated({ exitCode: 0 }))];
    const late = new Date(Date.parse(times.finishedAt) + 5_000).toISOString();
    expect(outcome({ metadata: asked(late), containers, status })).toMatchObject({ state: 'succeeded' });
    expect(outcome({ metadata: asked(times.startedAt), containers, status })).toMatchObject({ state: 'stopped' });
    const counts = { [annotations.stoppedAs]: 'failed' };
    expect(outcome({ metadata: asked(times.startedAt, counts), containers, status })).toMatchObject({
      state: 'failed',
      reason: 'rule',
    });
  });

  it('is stopped after a stop request', () => {
    const status = { phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active longer than the deadline' };
    const metadata = { annotations: { [annotations.stopped]: 'stopped by symphony' } };
    const containers = [main(terminated({ exitCode: 143 }))];
    expect(outcome({ metadata, status, containers })).toMatchObject({
      state: 'stopped',
      exitCode: 143,
      reason: 'stopped by symphony',
    });
    expect(outcome({ metadata, status })).toMatchObject({ state: 'stopped', reason: 'stopped by symphony' });
    const deleting = { metadata: { deletionTimestamp: ended }, restartPolicy: 'Always', containers };
    expect(outcome(deleting, { isDeleting: true })).toMatchObject({
      state: 'stopped',
      reason: 'its pod is being deleted',
    });
  });

  it('is lost if the cluster ended it, which says why', () => {
    const state = (reason: string, message?: string) => outcome({ status: { phase: 'Failed', reason, message } });
    expect(state('Evicted', 'The node was low on resource: memory. More.')).toMatchObject({
      state: 'lost',
      reason: 'evicted from its node: The node was low on resource: memory. More.',
    });
    expect(state('Preempting')).toMatchObject({ state: 'lost', reason: 'preempted by a pod of higher priority' });
    expect(state('Terminated', 'Pod was terminated in response to imminent node shutdown.')).toMatchObject({
      state: 'lost',
      reason: 'its node was shut down',
    });
    expect(state('OutOfcpu', 'Pod was rejected')).toMatchObject({
      state: 'lost',
      reason: 'its node node-1 rejected it: OutOfcpu: Pod was rejected',
    });
    expect(state('DeadlineExceeded')).toMatchObject({ state: 'failed', reason: 'ended because its deadline passed' });
  });

  it('has succeeded only with an exit code of its own', () => {
    for (const phase of ['Succeeded', 'Failed']) {
      expect(outcome({ status: { phase } })).toMatchObject({
        state: 'lost',
        reason: expect.stringContaining('say how'),
      });
    }
  });

  it('is lost, if its node does not know its end', () => {
    expect(outcome({ status: { phase: 'Running', reason: 'NodeLost' }, containers: [main({})] })).toMatchObject({
      state: 'lost',
      reason: 'its node node-1 does not answer',
    });
    const containers = [main(terminated({ exitCode: 137, reason: 'ContainerStatusUnknown' }))];
    expect(outcome({ status: { phase: 'Failed' }, containers })).toMatchObject({
      state: 'lost',
      reason: 'its node node-1 cannot tell how it ended',
    });
    const gone = [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC' }];
    expect(outcome({ status: { phase: 'Failed', conditions: gone }, containers })).toMatchObject({
      reason: 'its node node-1 is gone',
    });
  });

  it('was killed because its liveness probe failed, in this very run', () => {
    const events = (container: string, firstTimestamp: string, lastTimestamp: string) => {
      const involvedObject = { fieldPath: `spec.containers{${container}}` };
      const common = { firstTimestamp, lastTimestamp, involvedObject };
      return [
        { ...common, reason: 'Unhealthy', message: 'Liveness probe failed: HTTP probe failed with statuscode: 500' },
        { ...common, reason: 'Killing', message: 'Container main failed liveness probe, will be restarted' },
      ];
    };
    const obliging = { status: { phase: 'Succeeded' }, containers: [main(terminated({ exitCode: 0 }))] };
    expect(outcome(obliging, { events: events('main', began, ended) })).toMatchObject({ state: 'failed', exitCode: 0 });
    const containers = [main(terminated({ exitCode: 143 }))];
    const reason = (...times: [string, string, string]) => outcome({ containers }, { events: events(...times) }).reason;
    expect(reason('main', began, ended)).toBe(
      'killed, because its liveness probe failed: HTTP probe failed with statuscode: 500 (exit code 143)',
    );
    const alive = { kind: 'service', service: 'replay', every: 1, failures: 3 } as const;
    const told = outcome({ containers }, { events: events('main', began, ended), alive }).reason;
    expect(told).toMatch(/^service replay did not accept connections 3 times in a row: HTTP .* \(exit code 143\)$/);
    // A pod of which nothing is started again is ended as a whole, by an event without the probe.
    const wholePod = (count: number) =>
      events('main', began, ended).map((event) =>
        event.reason === 'Killing' ? { ...event, message: 'Stopping container main' } : { ...event, count },
      );
    expect(outcome({ containers }, { events: wholePod(3), alive }).reason).toMatch(/^service replay did not accept/);
    expect(outcome({ containers }, { events: wholePod(2), alive }).reason).toBe('exit code 143, as after SIGTERM');
    expect(reason('main', '2026-11-23T08:00:00Z', '2026-11-23T09:30:00Z')).toContain('liveness');
    expect(reason('other', began, ended)).toBe('exit code 143, as after SIGTERM');
    expect(reason('main', '2026-11-23T08:00:00Z', '2026-11-23T08:59:59Z')).toBe('exit code 143, as after SIGTERM');
  });

  it('in a pod with others leaves them alone', () => {
    const other = { ...main({ running: { startedAt: began } }, { started: true, ready: true }), name: 'other' };
    const both = pod({ containers: [main(terminated({})), other] });
    expect(containerOutcome(both, 'main')).toMatchObject({ state: 'failed' });
    expect(containerOutcome(both, 'other')).toMatchObject({ state: 'running', ready: true });
  });
});
