import { describe, expect } from 'vitest';
import { ctl, fakeNodes, hasClusterTools } from '../support/cluster-tools.ts';
import { base, type KubeLab, reference } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

const onFakeNode = (name: string) => ({
  ...base.kube,
  nodeSelector: { 'testcluster/fake': 'true' },
  tolerations: [{ key: 'testcluster/fake', operator: 'Exists' }],
  // The fake nodes have no label with their name, so a patch assigns the pod to one.
  patch: { spec: { nodeName: name } },
});

const processOn = (node: string) => ({ command: ['sleep', '600'], kube: onFakeNode(node) });

const restart = (lab: KubeLab, name: string) => lab.cluster.capabilities.restart?.restart(name, [reference('main')]);

describe.runIf(hasClusterTools)('a node', () => {
  test('that does not answer has its processes not ready, and say since when', { timeout: 400_000 }, async ({
    lab,
  }) => {
    const nodes = await fakeNodes(2);
    try {
      await ctl('grace', '20');
      await lab.launch('ks-silent', { processes: { main: processOn('fake-0'), other: processOn('fake-1') } });
      await lab.cluster.wait('ks-silent', { for: 'ready', timeout: 60 });
      await ctl('lose', 'fake-0');
      const silent = await lab.until('ks-silent', 'main', ({ ready }) => !ready, 120);
      expect(silent).toMatchObject({
        state: 'running',
        reason: expect.stringMatching(/^its node fake-0 does not answer since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
      expect(await lab.until('ks-silent', 'other', 'running')).toMatchObject({ ready: true });
      const listed = (await lab.cluster.listExperiments()).find(({ name }) => name === 'ks-silent');
      expect(listed).toMatchObject({ state: 'degraded', processes: { ready: 1, running: 2 } });
      // A restart, which could only time out, is refused at once.
      await expect(restart(lab, 'ks-silent')).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(
          /^The pod of process main cannot be ended: its node fake-0 does not answer since /,
        ),
        hint: expect.stringContaining('kubectl delete node fake-0'),
      });
      const pod = await lab.admin.get({ kind: 'Pod', name: 'main', namespace: 'ks-silent' });
      expect(pod.metadata.annotations ?? {}).not.toHaveProperty(['symphony/stopped']);
      // Fake nodes do not end pods at the deadline, so the lost node is named as soon as the cluster knows.
      const stopping = lab.cluster.capabilities.stop?.stop('ks-silent', [reference('other')]);
      stopping?.catch(() => undefined);
      await ctl('lose', 'fake-1');
      await expect(stopping).rejects.toMatchObject({
        code: 'failed',
        message: expect.stringMatching(/^Pod other .* was asked to end, and its node fake-1 does not answer since /),
      });
    } finally {
      await ctl('find', 'fake-0');
      await ctl('find', 'fake-1');
      await ctl('grace', 'off');
      await lab.cleanUp();
      await nodes.end();
    }
  });

  test('whose taint evicts a pod is named, and the process can be restarted', async ({ lab }) => {
    const nodes = await fakeNodes(2);
    const taint = (taints: readonly object[]) =>
      lab.admin.patch({ kind: 'Node', name: 'fake-1' }, { spec: { taints } });
    const own = { key: 'testcluster/fake', effect: 'NoSchedule' };
    try {
      await lab.launch('ks-tainted', { processes: { main: processOn('fake-1') } });
      await lab.cluster.wait('ks-tainted', { for: 'ready', timeout: 60 });
      const done = lab.cluster.wait('ks-tainted', { for: 'done', timeout: 60 });
      done.catch(() => undefined);
      await taint([own, { key: 'ks', effect: 'NoExecute' }]);
      await expect(done).rejects.toMatchObject({ code: 'failed', message: expect.stringMatching(/^main lost: /) });
      const byTaint = /^its pod main is gone: evicted by a NoExecute taint of its node$/;
      await lab.until('ks-tainted', 'main', ({ reason = '' }) => byTaint.test(reason));
      await taint([own]);
      await restart(lab, 'ks-tainted');
      await lab.until('ks-tainted', 'main', ({ ready, restarts }) => ready && restarts === 1);
    } finally {
      await taint([own]);
      await lab.cleanUp();
      await nodes.end();
    }
  });
});
