import { expect } from 'vitest';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import type { KubeLab } from '../support/kube-lab.ts';
import { reference } from '../support/kube-lab.ts';
import { concurrentTest as test } from '../support/kube-test.ts';

const sleeping = { command: "trap 'exit 0' TERM; echo here; sleep 600 & wait", stop: { timeout: 2 } };
const main = [reference('main')];

const restart = (lab: KubeLab, name: string, targets = main) =>
  lab.cluster.capabilities.restart?.restart(name, targets);
const stop = (lab: KubeLab, name: string, targets = main) => lab.cluster.capabilities.stop?.stop(name, targets);
const removePod = (lab: KubeLab, namespace: string, name: string) =>
  lab.admin.remove({ kind: 'Pod', name, namespace }, { gracePeriodSeconds: 0 });

test('a process whose pod is gone is restarted as launched, repeatedly', async ({ lab }) => {
  const name = 'ks-gone';
  const patch = { spec: { activeDeadlineSeconds: 3_000 }, metadata: { annotations: { kept: 'yes' } } };
  await lab.launch(name, { processes: { main: { ...sleeping, bind: 'service', ready: 'started', kube: { patch } } } });
  await lab.until(name, 'main', 'running');
  for (const [restarts, pod] of [
    [1, 'main.r1'],
    [2, 'main.r2'],
  ] as const) {
    const before = restarts === 1 ? 'main' : 'main.r1';
    await removePod(lab, name, before);
    await lab.until(name, 'main', 'lost');
    await restart(lab, name);
    expect(await lab.until(name, 'main', 'running')).toMatchObject({ restarts, pod });
    const { spec, metadata } = await lab.admin.get({ kind: 'Pod', name: pod, namespace: name });
    expect(spec).toMatchObject({ activeDeadlineSeconds: 3_000, hostname: 'main' });
    expect(metadata.annotations).toMatchObject({ kept: 'yes' });
  }
  expect(await lab.texts(name)).toEqual(['here']);
  // Stopping a process without a pod does nothing.
  await removePod(lab, name, 'main.r2');
  await lab.until(name, 'main', 'lost');
  await stop(lab, name);
  expect(await lab.until(name, 'main', 'lost')).toMatchObject({ ready: false });
});

test('a group whose pod is gone is restarted in a shared namespace, and deleted with its experiment', async ({
  lab,
}) => {
  const namespace = await lab.namespace('ks-shared');
  const groups = { both: { processes: { a: sleeping, b: sleeping } } };
  await lab.launch('ks-group', { kube: { imagePullPolicy: 'IfNotPresent', namespace }, groups });
  const { pod = '' } = await lab.until('ks-group', 'both/a', 'running');
  await removePod(lab, namespace, pod);
  await lab.until('ks-group', 'both/b', 'lost');
  await restart(lab, 'ks-group', [reference('both/a'), reference('both/b')]);
  expect(await lab.until('ks-group', 'both/b', 'running')).toMatchObject({ restarts: 1, pod: `${pod}.r1` });
  await lab.cluster.delete('ks-group');
  expect(await lab.objects('ks-group')).toEqual([]);
});

test('a restart keeps the fields of the spec in the pod', async ({ lab }) => {
  const name = 'ks-deadline';
  const patch = { spec: { activeDeadlineSeconds: 3_000 } };
  await lab.launch(name, { processes: { main: { ...sleeping, kube: { patch } } } });
  await lab.until(name, 'main', 'running');
  const deadlineOf = async (pod: string) =>
    (await lab.admin.get({ kind: 'Pod', name: pod, namespace: name })).spec.activeDeadlineSeconds;
  await restart(lab, name);
  expect(await deadlineOf('main.r1')).toBe(3_000);
  // Experiments of earlier versions have no pod templates.
  await lab.admin.remove({ kind: 'ConfigMap', name: 'symphony-pods-0', namespace: name });
  await lab.until(name, 'main', 'running');
  await restart(lab, name);
  expect(await deadlineOf('main.r2')).toBe(3_000);
  const { metadata } = await lab.admin.get({ kind: 'Pod', name: 'main.r2', namespace: name });
  expect(metadata.annotations).not.toHaveProperty([annotations.deadline]);
  await removePod(lab, name, 'main.r2');
  await lab.until(name, 'main', 'lost');
  await expect(restart(lab, name)).rejects.toMatchObject({
    code: 'conflict',
    message: 'The pod of process main is gone, and the cluster keeps no template of it.',
  });
});

test('of two concurrent restarts, one is refused or follows the other', async ({ lab }) => {
  const name = 'ks-twice';
  await lab.launch(name, { processes: { main: sleeping } });
  await lab.until(name, 'main', 'running');
  const results = await Promise.allSettled([restart(lab, name), restart(lab, name)]);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.message] : []));
  // The second restart may also begin after the first is over, and is then a restart of its own.
  expect([[], ['The pod of process main is being restarted by another command.']]).toContainEqual(failures);
  expect(await lab.until(name, 'main', 'running')).toMatchObject({ restarts: 2 - failures.length });
});
