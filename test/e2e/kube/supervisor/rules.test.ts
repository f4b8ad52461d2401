import { expect } from 'vitest';
import { labels } from '../../../../src/backends/kube/manifests/labels.ts';
import { requireCapability } from '../../../../src/engine/client/require-capability.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { reference } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';
import { killSupervisors, sleeper } from './support/supervisors.ts';

/** Starts after a preparation and a server, and ends the experiment. */
const training = {
  endsWith: ['learner'],
  processes: {
    prepare: { command: 'sleep 1' },
    replay: { command: `sleep 1; echo serving; ${sleeper.command}`, ready: { log: 'serving' }, stop: sleeper.stop },
    learner: { command: 'echo learning; sleep 2', after: { prepare: 'succeeded', replay: 'ready' } },
    agent: { ...sleeper, replicas: 2, restart: 'always', after: { replay: 'ready' } },
  },
} as const;

test('an experiment starts in order and ends with its learner, whenever the supervisor is killed', async ({ lab }) => {
  const name = 'sr-training';
  await lab.launch(name, training);
  const killing = killSupervisors(lab, name);
  const find = async () => (await lab.cluster.listExperiments()).find((found) => found.name === name);
  await waitFor(async () => (await find())?.outcome, { timeout: 120, what: 'the end' }).finally(() => killing.end());
  // Old nodes report the end of a stopped pod only to a supervisor that stays for some seconds.
  await lab.cluster.wait(name, { for: 'done', timeout: 100 });
  expect(await find()).toMatchObject({
    state: 'succeeded',
    outcome: 'succeeded',
    reason: 'learner ended the experiment',
  });
  const statuses = await lab.cluster.listProcesses(name);
  const ended = Object.fromEntries(statuses.map((status) => [status.name, status]));
  expect(ended).toMatchObject({
    prepare: { state: 'succeeded', restarts: 0 },
    learner: { state: 'succeeded', restarts: 0 },
    replay: { state: 'stopped', reason: 'learner ended the experiment' },
    'agent-0': { state: 'stopped', reason: 'learner ended the experiment' },
  });
  const started = (member: string) => Date.parse(ended[member]?.startedAt ?? '');
  expect(started('learner')).toBeGreaterThanOrEqual(Date.parse(ended.prepare?.finishedAt ?? ''));
  // Nothing was started twice, and the logs stay.
  expect(await lab.texts(name, 'learner')).toEqual(['learning']);
  expect(await lab.pods(`${labels.role}=pod`, name)).toHaveLength(5);
});

test('a process whose condition cannot come true is never started, and a user can start it all the same', async ({
  lab,
}) => {
  const name = 'sr-skipped';
  await lab.launch(name, {
    processes: {
      prepare: { command: 'exit 3' },
      waits: { ...sleeper, after: { gate: 'ready' } },
      learner: { ...sleeper, after: { prepare: 'succeeded' } },
      gate: { ...sleeper, ready: { log: 'open' } },
    },
  });
  expect(await lab.until(name, 'learner', 'stopped')).toMatchObject({
    reason: 'not started: prepare failed (exit code 3)',
  });
  expect(await lab.until(name, 'waits', 'pending')).toMatchObject({ reason: 'waits for gate to be ready' });
  const { restart } = requireCapability(lab.cluster, 'restart');
  await restart(name, [reference('learner')]);
  await lab.until(name, 'learner', 'running');
  await requireCapability(lab.cluster, 'stop').stop(name, [reference('waits')]);
  await lab.until(name, 'waits', 'stopped');
  expect(await lab.pods(`${labels.member}=waits`, name)).toEqual([]);
});

test('limits end runs and experiments as failed, and one failed process ends the others', async ({ lab }) => {
  await Promise.all([
    lab.launch('sr-late', {
      processes: { run: { ...sleeper, maxDuration: 3, restart: 'on-failure', maxRestarts: 1 }, other: sleeper },
    }),
    lab.launch('sr-over', { maxDuration: 5, processes: { main: { ...sleeper, restart: 'always' } } }),
    lab.launch('sr-failure', {
      onFailure: 'stop',
      processes: { bad: { command: 'sleep 2; exit 6' }, other: { ...sleeper, restart: 'always' } },
      groups: { pair: { processes: { early: { command: 'exit 0' }, late: sleeper } } },
    }),
  ]);
  expect(await lab.until('sr-late', 'run', 'failed', 120)).toMatchObject({
    restarts: 1,
    reason: 'ran longer than 3s; not started again after 1 restart',
  });
  expect(await lab.until('sr-late', 'other', 'running')).toMatchObject({ restarts: 0 });
  expect(await lab.until('sr-over', 'main', 'stopped')).toMatchObject({
    reason: expect.stringContaining('ran longer than 5s'),
  });
  const over = (await lab.cluster.listExperiments()).find(({ name }) => name === 'sr-over');
  expect(over).toMatchObject({ state: 'failed', outcome: 'failed', reason: 'ran longer than 5s' });
  expect(await lab.until('sr-failure', 'other', 'stopped')).toMatchObject({
    reason: expect.stringContaining('bad failed'),
  });
  await lab.until('sr-failure', 'pair/late', 'stopped');
  await lab.until('sr-failure', 'pair/early', 'succeeded');
});
