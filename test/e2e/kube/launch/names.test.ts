import { expect } from 'vitest';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { connectKube } from '../../../support/connect-kube.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { base, type KubeLab } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

const sleeping = { command: ['sleep', '600'], stop: { timeout: 1 } };

/** Creates two experiments of one name, as two users without access to each other's namespace do. */
async function launchTwins(lab: KubeLab, name: string): Promise<[string, string]> {
  const namespaces = [await lab.namespace(`${name}-team-a`), await lab.namespace(`${name}-team-b`)] as [string, string];
  for (const namespace of namespaces) {
    const spec = lab.spec(name, { kube: { ...base.kube, namespace, expose: 'none' }, processes: { main: sleeping } });
    for (const document of lab.cluster.plan(spec).documents) await lab.admin.create(document as KubeObject);
  }
  return namespaces;
}

/** The pods of an experiment in a namespace, without those that are being deleted. */
async function standing(lab: KubeLab, experiment: string, namespace: string): Promise<string[]> {
  const pods = await lab.pods(`symphony/experiment=${experiment}`, namespace);
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.name);
}

test('with two experiments of one name, every command treats the name alike, and none deletes by a guess', async ({
  lab,
}) => {
  const [a, b] = await launchTwins(lab, 'twins');
  const names = (await lab.cluster.listExperiments()).filter(({ name }) => name.endsWith('twins'));
  expect(names.map(({ name, place }) => `${name} in ${place}`).sort()).toEqual([
    `${a}/twins in namespace ${a}`,
    `${b}/twins in namespace ${b}`,
  ]);
  const ambiguous = {
    code: 'ambiguous',
    message: expect.stringContaining(`${a} and ${b}`),
    hint: expect.stringContaining(`${a}/twins, ${b}/twins`),
  };
  await expect(lab.cluster.delete('twins')).rejects.toMatchObject(ambiguous);
  await expect(lab.cluster.listProcesses('twins')).rejects.toMatchObject(ambiguous);
  await expect(lab.cluster.wait('twins', { for: 'ready' })).rejects.toMatchObject(ambiguous);
  for (const namespace of [a, b]) expect(await standing(lab, 'twins', namespace)).toHaveLength(1);

  // The command line refuses it, names both, exits with 2, and deletes nothing.
  const typed = await lab.session.run(['delete', 'twins', '--force']);
  expect(typed.exitCode).toBe(2);
  expect(typed.stderr).toContain(`${a}/twins`);
  expect(typed.stderr).toContain(`${b}/twins`);
  for (const namespace of [a, b]) expect(await standing(lab, 'twins', namespace)).toHaveLength(1);

  // With settings that name one of the namespaces, every command means the experiment in that namespace.
  const near = await connectKube({ namespace: b });
  try {
    expect((await near.describeExperiment('twins')).location).toContain(`namespace ${b}`);
    expect((await near.listExperimentNames()).filter((name) => name.endsWith('twins')).sort()).toEqual(
      ['twins', `${a}/twins`].sort(),
    );
    expect(await near.delete('twins')).toEqual({ name: 'twins', leftovers: [] });
  } finally {
    await near.close();
  }
  expect(await standing(lab, 'twins', a)).toHaveLength(1);
  expect(await standing(lab, 'twins', b)).toEqual([]);

  // The remaining one has its short name again, and keeps the long one.
  expect((await lab.cluster.listExperimentNames()).filter((name) => name.endsWith('twins'))).toEqual(['twins']);
  const asked = await lab.session.run(['delete', `${a}/twins`, '--dry-run']);
  expect(asked.stdout).toContain(`(1 process`);
  expect(asked.stdout).toContain(`in namespace ${a} (context `);
  expect((await lab.cluster.delete(`${a}/twins`)).leftovers).toEqual([]);
});

test('a watch distinguishes two experiments of one name, and a watch of one keeps the requested name', async ({
  lab,
}) => {
  const controller = new AbortController();
  const all: string[] = [];
  const own: string[] = [];
  const follow = async (told: string[], experiment?: string) => {
    const options = { signal: controller.signal, ...(experiment && { experiment }) };
    for await (const event of lab.cluster.watch(options)) {
      if (event.type === 'changed') told.push(event.experiment.name);
      else if (event.type === 'deleted') told.push(`deleted ${event.name}`);
    }
  };
  const namespace = await lab.namespace('cousins-first');
  const kube = { ...base.kube, namespace, expose: 'none' };
  await lab.launch('cousins', { kube, processes: { main: sleeping } });
  const following = [follow(all), follow(own, 'cousins')];
  await lab.until('cousins', 'main', 'running');
  const other = await lab.namespace('cousins-second');
  const spec = lab.spec('cousins', { kube: { ...kube, namespace: other }, processes: { main: sleeping } });
  for (const document of lab.cluster.plan(spec).documents) await lab.admin.create(document as KubeObject);
  await waitFor(() => all.includes('cousins-first/cousins') && all.includes('cousins-second/cousins'), {
    timeout: 30,
    what: 'both to be told by their long names',
  });
  expect(all).toContain('deleted cousins');
  await lab.cluster.delete('cousins-second/cousins');
  await lab.cluster.delete('cousins-first/cousins');
  await waitFor(() => own.includes('deleted cousins'), { timeout: 30, what: 'the end of the one that was asked for' });
  controller.abort();
  await Promise.all(following);
  expect(own.filter((name) => name.includes('/'))).toEqual([]);
});

test('a launch with a name from another namespace is refused, even with force', async ({ lab }) => {
  const [first, second] = [await lab.namespace('taken-first'), await lab.namespace('taken-second')];
  const spec = (namespace: string) =>
    lab.spec('taken', { kube: { ...base.kube, namespace, expose: 'none' }, processes: { main: sleeping } });
  await lab.cluster.launch(spec(first));
  for (const force of [false, true]) {
    await expect(lab.cluster.launch(spec(second), { force })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(
        `exists already, in namespace ${first}; this one would be in namespace ${second}`,
      ),
    });
  }
  expect(await standing(lab, 'taken', first)).toHaveLength(1);
  expect(await standing(lab, 'taken', second)).toEqual([]);
});
