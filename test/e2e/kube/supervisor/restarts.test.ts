import { expect } from 'vitest';
import { labels } from '../../../../src/backends/kube/manifests/labels.ts';
import { requireCapability } from '../../../../src/engine/client/require-capability.ts';
import { reference } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';
import { killSupervisors, runsOf, sleeper } from './support/supervisors.ts';

test('a pod that is deleted by hand, or evicted, is created again where the policy restarts', async ({ lab }) => {
  const name = 'sr-gone';
  await lab.launch(name, {
    processes: {
      once: sleeper,
      always: { ...sleeper, restart: 'always' },
      failing: { ...sleeper, restart: 'on-failure', maxRestarts: 5 },
    },
  });
  await lab.cluster.wait(name, { for: 'ready', timeout: 120 });
  await Promise.all(
    ['once', 'always', 'failing'].map((pod) => lab.admin.remove({ kind: 'Pod', name: pod, namespace: name })),
  );
  for (const target of ['always', 'failing']) {
    expect(await lab.until(name, target, ({ state, restarts }) => state === 'running' && restarts === 1)).toMatchObject(
      {
        pod: `${target}.r1`,
      },
    );
  }
  await lab.until(name, 'once', 'lost');
  const { processes } = (await lab.cluster.listExperiments()).find((found) => found.name === name) ?? {};
  expect(processes).toMatchObject({ total: 3 });
  // The ends of their runs are kept, and their restarts are events.
  for (const target of ['always', 'failing'])
    expect(await runsOf(lab, name, target)).toMatchObject([{ run: 1, finishedAt: expect.any(String) }, { run: 2 }]);
  const events = await Array.fromAsync(requireCapability(lab.cluster, 'events').events(name));
  const restarted = events.filter(({ reason, state }) => reason === 'BackOff' && state === 'backoff');
  expect(restarted.map((event) => event.process?.name).toSorted()).toEqual(['always', 'failing']);
});

test('maxRestarts is exact, also when the supervisor is killed at any moment', async ({ lab }) => {
  const name = 'sr-limited';
  const command = 'sleep 0.5; exit 5';
  await lab.launch(name, { processes: { main: { command, restart: 'on-failure', maxRestarts: 3 } } });
  const killing = killSupervisors(lab, name);
  const status = await lab.until(name, 'main', 'failed', 150).finally(() => killing.end());
  expect(status).toMatchObject({ restarts: 3, exitCode: 5, reason: 'exit code 5; not started again after 3 restarts' });
});

test('a process that waits for its restart can be stopped, and restarted', async ({ lab }) => {
  const name = 'sr-stopped';
  const command = 'exit 5';
  await lab.launch(name, { processes: { main: { command, restart: 'on-failure', maxRestarts: 20 } } });
  await lab.until(name, 'main', ({ state, restarts }) => state === 'backoff' && restarts >= 2);
  await requireCapability(lab.cluster, 'stop').stop(name, [reference('main')]);
  const { restarts } = await lab.until(name, 'main', 'stopped');
  const pods = await lab.pods(`${labels.member}=main`, name);
  await requireCapability(lab.cluster, 'restart').restart(name, [reference('main')]);
  await lab.until(name, 'main', (status) => status.restarts > restarts);
  expect(pods).toHaveLength(1);
});

test('a supervisor whose image is missing is told, and does not prevent the deletion', async ({ lab }) => {
  const name = 'sr-imageless';
  await lab.launch(name, {
    kube: { imagePullPolicy: 'IfNotPresent', supervisorImage: 'docker.io/testcluster/missing:1' },
    processes: { main: { ...sleeper, restart: 'on-failure', maxRestarts: 1 } },
  });
  await expect(lab.cluster.wait(name, { for: 'ready', timeout: 120 })).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(
      /its supervisor does not run.*the image docker.io\/testcluster\/missing:1 cannot be pulled/,
    ),
  });
  expect(await lab.cluster.describeExperiment(name)).toMatchObject({ state: 'starting', blocked: true });
  expect(await lab.cluster.delete(name)).toMatchObject({ leftovers: [] });
  expect(await lab.objects(name)).toEqual([]);
});
