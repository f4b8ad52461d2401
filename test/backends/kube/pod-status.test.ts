import { describe, expect, it } from 'vitest';
import { annotations } from '../../../src/backends/kube/labels.ts';
import type { ContainerState, ContainerStatusJson, PodJson } from '../../../src/backends/kube/pod-json.ts';
import { containerOutcome, containerRuns, missingPodOutcome } from '../../../src/backends/kube/pod-status.ts';

interface PodFields {
  readonly metadata?: object;
  readonly restartPolicy?: string;
  readonly memory?: string;
  readonly status?: object;
  readonly containers?: readonly ContainerStatusJson[];
}

const conditions = [{ type: 'PodScheduled', status: 'True' }];

/** A pod on a node, as the API server gives it. */
function pod(fields: PodFields): PodJson {
  const limits = fields.memory === undefined ? {} : { limits: { memory: fields.memory } };
  return {
    metadata: { name: 'rl-pod', namespace: 'rl', ...fields.metadata },
    spec: {
      nodeName: 'node-1',
      restartPolicy: fields.restartPolicy ?? 'Never',
      containers: [{ name: 'main', image: 'busybox', resources: limits }],
    },
    status: {
      phase: 'Running',
      conditions,
      ...fields.status,
      ...(fields.containers && { containerStatuses: fields.containers }),
    },
  };
}

function main(state: ContainerState, fields: Partial<ContainerStatusJson> = {}): ContainerStatusJson {
  return { name: 'main', image: 'busybox', ready: false, restartCount: 0, state, ...fields };
}

const [began, ended] = ['2026-11-23T09:00:00Z', '2026-11-23T09:00:05Z'];
const terminated = (fields: object) => ({
  terminated: { exitCode: 1, reason: 'Error', startedAt: began, finishedAt: ended, ...fields },
});
const times = { startedAt: '2026-11-23T09:00:00.000Z', finishedAt: '2026-11-23T09:00:05.000Z' };
const place = { pod: 'rl-pod', node: 'node-1' };
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

  it('counts restarts, also those of earlier pods', () => {
    const metadata = { annotations: { [annotations.earlierRuns]: '{"main":3,"other":9}' } };
    expect(outcome({ metadata, containers: [main(running, { restartCount: 2 })] })).toMatchObject({ restarts: 5 });
  });

  it('says so while it is being ended', () => {
    const metadata = { deletionTimestamp: ended };
    expect(outcome({ metadata, containers: [main(running, { started: true })] })).toMatchObject({
      state: 'running',
      reason: 'is being ended',
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

  it('waits for its restart, if its policy is so', () => {
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

  it('tells until when it waits', () => {
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

  it('knows the delays before its node has said them', () => {
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

  it('was stopped, if somebody asked for it', () => {
    const status = { phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active longer than the deadline' };
    const metadata = { annotations: { [annotations.stopped]: 'stopped by symphony' } };
    const containers = [main(terminated({ exitCode: 143 }))];
    expect(outcome({ metadata, status, containers })).toMatchObject({
      state: 'stopped',
      exitCode: 143,
      reason: 'stopped by symphony',
    });
    expect(outcome({ metadata, status })).toMatchObject({ state: 'stopped', reason: 'stopped by symphony' });
    expect(outcome({ metadata: { deletionTimestamp: ended }, restartPolicy: 'Always', containers })).toMatchObject({
      state: 'stopped',
      reason: 'its pod is being deleted',
    });
  });

  it('was ended by the cluster, which says why', () => {
    const state = (reason: string, message?: string) => outcome({ status: { phase: 'Failed', reason, message } });
    expect(state('Evicted', 'The node was low on resource: memory. More.')).toMatchObject({
      state: 'failed',
      reason: 'evicted from its node: The node was low on resource: memory. More.',
    });
    expect(state('Preempting')).toMatchObject({ reason: 'gave way to a pod of higher priority' });
    expect(state('Terminated', 'Pod was terminated in response to imminent node shutdown.')).toMatchObject({
      reason: 'its node was shut down',
    });
    expect(state('OutOfcpu', 'Pod was rejected')).toMatchObject({ reason: 'OutOfcpu: Pod was rejected' });
    expect(outcome({ status: { phase: 'Failed' } })).toMatchObject({ state: 'failed', reason: expect.any(String) });
  });

  it('is lost, if nobody can tell', () => {
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
    expect(missingPodOutcome('learner')).toMatchObject({ state: 'lost', reason: expect.stringContaining('learner') });
  });

  it('in a pod with others leaves them alone', () => {
    const other = { ...main({ running: { startedAt: began } }, { started: true, ready: true }), name: 'other' };
    const both = pod({ containers: [main(terminated({})), other] });
    expect(containerOutcome(both, 'main')).toMatchObject({ state: 'failed' });
    expect(containerOutcome(both, 'other')).toMatchObject({ state: 'running', ready: true });
  });
});

describe('the runs that a pod still knows of', () => {
  const last = { lastState: terminated({ exitCode: 1 }) };
  const runs = (status: ContainerStatusJson, metadata = {}) =>
    containerRuns(pod({ metadata, containers: [status] }), 'main');

  it('are the current one and the one before', () => {
    const first = { ...times, exitCode: 1, reason: 'exit code 1' };
    expect(runs(main(terminated({ exitCode: 0 }), { restartCount: 2, ...last }))).toEqual([
      { run: 2, ...first },
      { run: 3, ...times, exitCode: 0 },
    ]);
    expect(runs(main({ running: { startedAt: ended } }, { restartCount: 1, ...last }))).toEqual([
      { run: 1, ...first },
      { run: 2, startedAt: times.finishedAt },
    ]);
    expect(runs(main({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 1, ...last }))).toEqual([
      { run: 2, ...first },
    ]);
    expect(runs(main({ waiting: {} }))).toEqual([]);
  });

  it('go on from those of earlier pods', () => {
    const metadata = { annotations: { [annotations.earlierRuns]: '{"main":2}' } };
    expect(runs(main({ running: { startedAt: began } }), metadata)).toEqual([{ run: 3, startedAt: times.startedAt }]);
  });
});
