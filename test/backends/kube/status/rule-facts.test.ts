import { expect, it } from 'vitest';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { ruleFacts } from '../../../../src/backends/kube/status/rule-facts.ts';
import { noDecisions } from '../../../../src/backends/kube/supervisor/decisions.ts';
import type { ProcessStatus } from '../../../../src/engine/contract/status.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

const spec = {
  name: 'x',
  processes: { main: { command: 'x', ready: { log: 'ok' } }, late: { command: 'x', after: { main: 'ready' } } },
};
const [main, late] = resolveExperiment(parseSpec(spec, { baseDir: '/' })).processes;
if (main === undefined || late === undefined) throw new Error('There are two processes.');

const status = (name: string, state: ProcessStatus['state'], fields: Partial<ProcessStatus> = {}): ProcessStatus => ({
  experiment: 'x',
  group: null,
  name,
  state,
  ready: false,
  restarts: 0,
  ports: {},
  command: 'x',
  ...fields,
});
const pod = (given: Readonly<Record<string, string>>, statusOfPod: object = {}) => ({
  metadata: { name: 'main', annotations: given },
  status: statusOfPod,
});

it('only a process that waits and has no pod yet is not about to start', () => {
  const facts = (...args: [ProcessStatus, ReturnType<typeof pod>?]) => ruleFacts(late, args[0], args[1], noDecisions);
  expect(facts(status('late', 'pending'))).toMatchObject({ willStart: false });
  expect(facts(status('late', 'pending'), pod({}))).toMatchObject({ willStart: true });
  expect(ruleFacts(main, status('main', 'pending'), undefined, noDecisions)).toMatchObject({ willStart: true });
  const started = { ...noDecisions, started: ['late'] };
  expect(ruleFacts(late, status('late', 'pending'), undefined, started)).toMatchObject({ willStart: true });
});

it('what a process has reached is known from its pod, and stays known by the record', () => {
  const reached = (...args: Parameters<typeof ruleFacts>) => ruleFacts(...args).reached;
  expect(reached(main, status('main', 'pending'), undefined, noDecisions)).toBeUndefined();
  const starting = status('main', 'starting', { startedAt: '2026-01-01T00:00:00Z' });
  expect(reached(main, starting, pod({}), noDecisions)).toBe('started');
  expect(reached(main, status('main', 'backoff', { restarts: 1 }), undefined, noDecisions)).toBe('started');
  expect(reached(main, starting, pod({}), { ...noDecisions, ready: ['main'] })).toBe('ready');
});

it('a pod that has ended tells whether it was ready before', () => {
  const ended = (changedAt: string) =>
    pod(
      {},
      {
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: changedAt }],
        containerStatuses: [
          {
            name: 'main',
            state: {
              terminated: { exitCode: 1, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:01:00Z' },
            },
          },
        ],
      },
    );
  const failed = status('main', 'failed', { startedAt: '2026-01-01T00:00:00Z' });
  expect(ruleFacts(main, failed, ended('2026-01-01T00:01:00Z'), noDecisions).reached).toBe('ready');
  expect(ruleFacts(main, failed, ended('2026-01-01T00:00:00Z'), noDecisions).reached).toBe('started');
});

it('a request to end tells how it counts', () => {
  const running = status('main', 'running', { ready: true });
  const wanted = (given: Readonly<Record<string, string>>) =>
    ruleFacts(main, running, pod(given), noDecisions).wantedEnd;
  const { stopped, stoppedAs } = annotations;
  expect(wanted({})).toBeUndefined();
  expect(wanted({ [stopped]: 'x' })).toEqual({ reason: 'x', startsAgain: false });
  expect(wanted({ [stopped]: 'x', [stoppedAs]: 'failed' })).toEqual({
    reason: 'x',
    startsAgain: false,
    countsAs: 'failed',
  });
  expect(wanted({ [stopped]: 'x', [stoppedAs]: 'restarted' })).toEqual({ reason: 'x', startsAgain: true });
});
