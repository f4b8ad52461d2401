import { expect } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { base } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

const sleeping = ['sleep', '600'];

test('of two concurrent launches of one name in one namespace, one succeeds', async ({ lab }) => {
  const namespace = await lab.namespace('symphony-two-people');
  lab.adopt('contested');
  const spec = (replicas: number) => ({
    name: 'contested',
    startDir: '/',
    image: base.image,
    kube: { ...base.kube, namespace },
    processes: { main: { command: sleeping, replicas } },
  });
  const paths = [await lab.session.file('one.json', spec(2)), await lab.session.file('other.json', spec(3))];
  const results = await Promise.all(paths.map((path) => lab.session.run(['launch', path])));
  expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
  const winner = results.findIndex(({ exitCode }) => exitCode === 0);
  expect(results[1 - winner]?.stderr).toMatch(/contested exists already/);
  const processes = await lab.cluster.listProcesses('contested');
  expect(processes).toHaveLength(winner + 2);
  await waitFor(async () => (await lab.pods('symphony/experiment=contested')).length === winner + 2, {
    what: 'the pods of the winner alone',
  });
});

test('a launch that fails half way removes what it created, and says why', async ({ lab }) => {
  const namespace = await lab.namespace('symphony-half-way');
  // The server checks each pod separately, and accepts none after the second.
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'two', namespace },
    // Only the server counts a quota with scopes, so no preflight check refuses the launch.
    spec: { hard: { pods: '2' }, scopes: ['BestEffort'] },
  };
  await lab.admin.create(quota);
  await waitFor(
    async () => (await lab.admin.get({ kind: 'ResourceQuota', name: 'two', namespace })).status?.used !== undefined,
    { timeout: 30, what: 'the quota to count' },
  );
  const draft = {
    kube: { ...base.kube, namespace },
    env: { PASSWORD: { secret: true, fromEnv: 'PATH' } },
    processes: { main: { command: sleeping, replicas: 4, expose: 'web' } },
  };
  await expect(lab.launch('half-way', draft)).rejects.toMatchObject({
    message: expect.stringMatching(/the quota two of its namespace is used up/),
  });
  expect(await lab.objects('half-way')).toEqual([]);
});

test('a launch that the server refuses creates nothing', async ({ lab }) => {
  const kube = { ...base.kube, patch: { spec: { dnsPolicy: 'Sometimes' } } };
  const draft = { processes: { main: { command: sleeping, kube } } };
  await expect(lab.launch('refused', draft)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/^The server refuses Pod main\. .*dnsPolicy.*Sometimes/s),
  });
  const path = await lab.session.file('refused.json', { name: 'refused', startDir: '/', ...base, ...draft });
  const dry = await lab.session.run(['launch', path, '--dry-run=server']);
  expect(dry.exitCode).toBe(1);
  expect(dry.stderr).toMatch(/dnsPolicy/);
  expect(await lab.objects('refused')).toEqual([]);
});

test('a replacement that the server refuses leaves the experiment as it is, whose quota it may take', async ({
  lab,
}) => {
  const namespace = await lab.namespace('symphony-replaced');
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'two', namespace },
    spec: { hard: { pods: '2' } },
  };
  await lab.admin.create(quota);
  const isFull = async () =>
    (await lab.admin.get({ kind: 'ResourceQuota', name: 'two', namespace })).status?.used?.pods === '2';
  const kube = { ...base.kube, namespace };
  const draft = (replicas: number, patch = {}) => ({
    kube: { ...kube, patch },
    processes: { main: { command: sleeping, replicas } },
  });
  await lab.launch('replaced', draft(2));
  await waitFor(isFull, { timeout: 30, what: 'the quota to be full' });
  const pods = await lab.pods('symphony/experiment=replaced');
  const replace = (replicas: number, patch = {}) =>
    lab.cluster.launch(lab.spec('replaced', draft(replicas, patch)), { force: true });
  await expect(replace(1, { spec: { dnsPolicy: 'Sometimes' } })).rejects.toMatchObject({
    message: expect.stringContaining('dnsPolicy'),
  });
  await expect(replace(3)).rejects.toMatchObject({ message: expect.stringContaining('quota two') });
  const uids = (objects: typeof pods) => objects.map(({ metadata }) => metadata.uid).sort();
  expect(uids(await lab.pods('symphony/experiment=replaced'))).toEqual(uids(pods));
  await replace(2);
  await lab.until('replaced', 'main-1', 'running');
});

test('a foreign namespace of the same name is left unchanged', async ({ lab }) => {
  await lab.namespace('not-ours');
  const draft = { processes: { main: { command: sleeping } } };
  for (const force of [false, true]) {
    await expect(lab.cluster.launch(lab.spec('not-ours', draft), { force })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/not-ours exists and is not Symphony's/),
    });
  }
  await expect(lab.cluster.delete('not-ours')).rejects.toMatchObject({ code: 'not-found' });
  expect((await lab.admin.get({ kind: 'Namespace', name: 'not-ours' })).metadata.deletionTimestamp).toBeUndefined();
});

test('delete names what still exists and why, and waits for it where requested', async ({ lab }) => {
  const namespace = await lab.namespace('symphony-finalizers');
  const kube = { ...base.kube, namespace };
  await lab.launch('held', { kube, processes: { main: { command: sleeping, stop: { timeout: 1 } } } });
  const { pod = '' } = await lab.until('held', 'main', 'running');
  const finalizers = (value: readonly string[] | null) =>
    lab.admin.patch({ kind: 'Pod', name: pod, namespace }, { metadata: { finalizers: value } });
  await finalizers(['symphony.test/held']);
  const seen: string[] = [];
  const deleting = lab.cluster.delete('held', { wait: true, onProgress: ({ detail = '' }) => void seen.push(detail) });
  try {
    await waitFor(() => seen.some((detail) => detail.includes('symphony.test/held')), {
      timeout: 60,
      what: 'the finalizer to be named',
    });
    const [held] = (await lab.cluster.listExperiments()).filter(({ name }) => name === 'held');
    expect(held?.state).toBe('stopping');
  } finally {
    await finalizers(null);
  }
  expect(await deleting).toEqual({ name: 'held', leftovers: [] });
});
