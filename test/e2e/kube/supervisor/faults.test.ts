import { describe, expect } from 'vitest';
import { requireCapability } from '../../../../src/engine/client/require-capability.ts';
import { processesWith } from '../../../support/host-processes.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { ctl, fakeNodes, hasClusterTools } from '../support/cluster-tools.ts';
import { evict, whileDown, withContention } from '../support/disruptions.ts';
import { base, type KubeLab, reference } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';
import { runsOf, sleeper, supervisors } from './support/supervisors.ts';

const restarted = { ...sleeper, restart: 'on-failure' } as const;

async function killSupervisor(lab: KubeLab, name: string): Promise<void> {
  const all = await supervisors(lab, name);
  for (const { metadata } of all)
    await lab.admin.remove({ kind: 'Pod', name: metadata.name, namespace: name }, { gracePeriodSeconds: 0 });
}

test('processes of a drained node are created again, as is their supervisor', async ({ lab }) => {
  const name = 'sf-drained';
  await lab.launch(name, { processes: { main: restarted, once: sleeper } });
  const { node = '' } = await lab.until(name, 'main', 'running');
  await lab.until(name, 'once', 'running');
  await waitFor(async () => (await supervisors(lab, name)).some(({ status }) => status?.phase === 'Running'), {
    timeout: 60,
    what: 'the supervisor',
  });
  const cordon = (unschedulable: boolean) => lab.admin.patch({ kind: 'Node', name: node }, { spec: { unschedulable } });
  await cordon(true);
  try {
    const [supervisor] = await supervisors(lab, name);
    for (const pod of ['main', 'once', supervisor?.metadata.name ?? '']) await evict(lab, name, pod);
    await lab.until(name, 'once', 'lost');
  } finally {
    // There is only this node.
    await cordon(false);
  }
  await lab.until(name, 'main', ({ state, restarts }) => state === 'running' && restarts === 1, 120);
});

test('a preempted process is created again, once there is room', async ({ lab }) => {
  const nodes = (await lab.admin.list('Node')).items.filter(({ metadata }) => !metadata.labels?.['testcluster/fake']);
  const node = nodes[0]?.metadata.name ?? '';
  await withContention(lab, node, async ({ wanted, priorityClassName }) => {
    const kube = { ...base.kube, ...wanted };
    await lab.launch('sf-low', { processes: { main: { ...restarted, kube } } });
    await lab.until('sf-low', 'main', 'running');
    const patch = { spec: { priorityClassName } };
    await lab.launch('sf-high', { processes: { main: { ...sleeper, kube: { ...kube, patch } } } });
    await lab.until('sf-high', 'main', 'running');
    await lab.until('sf-low', 'main', ({ state, restarts }) => state === 'pending' && restarts === 1);
    await lab.cluster.delete('sf-high');
    await lab.until('sf-low', 'main', ({ state, restarts }) => state === 'running' && restarts === 1);
  });
});

test('a silent run is ended, also by the supervisor that follows one that was killed', async ({ lab }) => {
  const name = 'sf-silent';
  await lab.launch(name, {
    processes: {
      main: { command: 'echo begun; exec sleep 600', alive: { silence: 6 }, stop: { timeout: 1 } },
      busy: { command: 'while :; do echo .; sleep 0.5; done', alive: { silence: 6 }, stop: { timeout: 1 } },
    },
  });
  await lab.until(name, 'main', 'running');
  await killSupervisor(lab, name);
  expect(await lab.until(name, 'main', 'failed', 120)).toMatchObject({ reason: 'wrote nothing for 6s' });
  expect(await lab.until(name, 'busy', 'running')).toMatchObject({ restarts: 0 });
  const events = await Array.fromAsync(requireCapability(lab.cluster, 'events').events(name));
  expect(events.filter(({ reason }) => reason === 'Hangs')).toMatchObject([
    { process: reference('main'), kind: 'warning', message: 'wrote nothing for 6s', run: 1 },
  ]);
});

describe.runIf(hasClusterTools)('faults of the cluster', () => {
  test('rules are kept after the API server was down', async ({ lab }) => {
    const name = 'sf-server';
    await lab.launch(name, {
      endsWith: { processes: ['learner'] },
      processes: {
        overtaken: { command: 'sleep 8' },
        learner: { command: 'sleep 1', after: { overtaken: 'succeeded' } },
        agent: { ...restarted, restart: 'always' },
      },
    });
    await lab.until(name, 'overtaken', 'running');
    await lab.until(name, 'agent', 'running');
    // The node is this machine.
    const hasEnded = () => processesWith('SYMPH_PROCESS', 'overtaken').length === 0;
    await whileDown('kube-apiserver', () => waitFor(hasEnded, { timeout: 60, what: 'the end of a process' }));
    await waitFor(() => lab.cluster.listExperiments(), { timeout: 60, what: 'the server' });
    await lab.until(name, 'learner', 'succeeded', 120);
    await lab.until(name, 'agent', 'stopped', 60);
    const found = (await lab.cluster.listExperiments()).find((one) => one.name === name);
    expect(found).toMatchObject({ outcome: 'succeeded', reason: 'learner ended the experiment' });
  });

  test('a process of a node that is gone is created on another', { timeout: 300_000 }, async ({ lab }) => {
    const name = 'sf-gone';
    const nodes = await fakeNodes(2);
    let lost = '';
    try {
      await ctl('grace', '20');
      const leaves = (key: string) => ({
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 1,
      });
      const kube = {
        ...base.kube,
        nodeSelector: { 'testcluster/fake': 'true' },
        tolerations: [{ key: 'testcluster/fake', operator: 'Exists' }, leaves('unreachable'), leaves('not-ready')],
      };
      await lab.launch(name, {
        processes: { main: { command: ['sleep', '600'], restart: 'on-failure', stop: { timeout: 1 }, kube } },
      });
      ({ node: lost = '' } = await lab.until(name, 'main', 'running'));
      await ctl('lose', lost);
      const next = await lab.until(name, 'main', ({ state, restarts }) => state === 'running' && restarts === 1, 200);
      expect(next.node).not.toBe(lost);
      expect(await runsOf(lab, name, 'main')).toMatchObject([{ run: 1, reason: expect.any(String) }, { run: 2 }]);
    } finally {
      if (lost !== '') await ctl('find', lost);
      await ctl('grace', 'off');
      // The node that is back ends the pods that it was told to end meanwhile once it hears of them.
      await lab.admin.patch({ kind: 'Pod', name: 'main', namespace: name }, { metadata: { labels: { seen: 'yes' } } });
      await lab.cleanUp();
      await nodes.end();
    }
  });
});
