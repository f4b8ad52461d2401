import { expect } from 'vitest';
import { leaseSeconds } from '../../../../src/backends/kube/launch/lease.ts';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { base, type KubeLab } from '../support/kube-lab.ts';
import { concurrentTest, test } from '../support/kube-test.ts';

const sleeping = { command: ['sleep', '600'], stop: { timeout: 1 } };
const kube = { ...base.kube, expose: 'none' };

const find = async (lab: KubeLab, name: string) =>
  (await lab.cluster.listExperiments()).find((experiment) => experiment.name === name);

function claim(namespace: string) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
  };
}

concurrentTest(
  'foreign objects are named before a deletion, stay, and are used by the next launch',
  async ({ lab }) => {
    const draft = { kube, processes: { main: { ...sleeping, bind: 'port', ready: 'started' } } };
    await lab.launch('with-data', draft);
    expect(await lab.cluster.previewDeletion('with-data')).toEqual({ others: [], notes: [] });
    await lab.admin.create(claim('with-data'));
    const notes = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes', namespace: 'with-data' } };
    await lab.admin.create(notes);
    const others = ['configmap notes', 'persistentvolumeclaim data'];
    expect((await lab.cluster.previewDeletion('with-data')).others).toEqual(others);
    const dry = await lab.session.run(['delete', 'with-data', '--dry-run']);
    expect(dry.stdout).toMatch(/This is not Symphony’s and stays: configmap notes, persistentvolumeclaim data/);
    expect((await lab.session.run(['delete', 'with-data', '--dry-run', '--purge'])).stdout).toMatch(
      /is deleted as well/,
    );

    const deleted = await lab.session.run(['delete', 'with-data', '--force']);
    expect(deleted.exitCode).toBe(0);
    expect(deleted.stderr).toMatch(/namespace with-data, configmap notes, persistentvolumeclaim data/);
    expect((await lab.objects('with-data')).filter((object) => !object.startsWith('Namespace'))).toEqual([]);
    expect(await find(lab, 'with-data')).toBeUndefined();
    const place = { kind: 'PersistentVolumeClaim', name: 'data', namespace: 'with-data' } as const;
    const { uid } = (await lab.admin.get(place)).metadata;

    await lab.launch('with-data', draft);
    await lab.until('with-data', 'main', 'running');
    expect((await lab.admin.get(place)).metadata).toMatchObject({ uid });
    expect(await lab.cluster.delete('with-data', { purge: true })).toEqual({ name: 'with-data', leftovers: [] });
    expect(await lab.objects('with-data')).toEqual([]);
  },
);

concurrentTest(
  'a deletion that one pod holds up removes everything else, is listed meanwhile, and ends with the pod',
  async ({ lab }) => {
    const namespace = await lab.namespace('symphony-half-deleted');
    const draft = {
      kube: { ...kube, namespace },
      env: { PASSWORD: { secret: true, fromEnv: 'PATH' } },
      processes: { main: { ...sleeping, bind: 'port', ready: 'started' }, other: sleeping },
    };
    await lab.launch('half-deleted', draft);
    const { pod = '' } = await lab.until('half-deleted', 'main', 'running');
    const finalizers = (value: readonly string[] | null) =>
      lab.admin.patch({ kind: 'Pod', name: pod, namespace }, { metadata: { finalizers: value } });
    await finalizers(['symphony.test/held']);
    try {
      const controller = new AbortController();
      const onProgress = ({ detail = '' }) => detail.includes('symphony.test/held') && controller.abort();
      await expect(lab.cluster.delete('half-deleted', { signal: controller.signal, onProgress })).rejects.toMatchObject(
        {
          code: 'interrupted',
        },
      );
      await waitFor(async () => (await lab.objects('half-deleted')).length === 1, {
        timeout: 60,
        what: 'the pod to be all that is left',
      });
      expect(await find(lab, 'half-deleted')).toMatchObject({
        state: 'stopping',
        reason: expect.stringMatching(new RegExp(`still there: pod ${pod} .*held by finalizer symphony.test/held`)),
      });
      expect(await lab.cluster.listExperimentNames({ wanted: 'half-deleted' })).toContain('half-deleted');
    } finally {
      await finalizers(null);
    }
    // The next client finishes the interrupted deletion.
    await waitFor(async () => (await find(lab, 'half-deleted')) === undefined, { timeout: 60, what: 'its end' });
    await lab.launch('half-deleted', draft);
    await lab.until('half-deleted', 'main', 'running');
  },
);

concurrentTest('pods whose record was deleted keep running, are listed, and can be deleted', async ({ lab }) => {
  await lab.launch('no-record', { kube, processes: { main: sleeping, other: sleeping } });
  await lab.until('no-record', 'main', 'running');
  await lab.admin.remove({ kind: 'ConfigMap', name: 'symphony-experiment', namespace: 'no-record' });
  const told = await waitFor(
    async () => ((await find(lab, 'no-record'))?.reason ? find(lab, 'no-record') : undefined),
    {
      what: 'the loss to be told',
    },
  );
  expect(told).toMatchObject({ reason: expect.stringContaining('its record is gone'), processes: { total: 2 } });
  // The garbage collector has had time to see the pods.
  await lab.until('no-record', 'other', 'running');
  expect((await lab.cluster.listProcesses('no-record')).map(({ state }) => state)).toEqual(['running', 'running']);
  await expect(lab.launch('no-record', { kube, processes: { main: sleeping } })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('its record is gone'),
  });
  expect((await lab.session.run(['delete', 'no-record', '--force'])).exitCode).toBe(0);
  expect(await lab.objects('no-record')).toEqual([]);
});

concurrentTest('an experiment with invalid objects does not affect others, and can be deleted', async ({ lab }) => {
  await Promise.all(['garbled', 'sound'].map((name) => lab.launch(name, { kube, processes: { main: sleeping } })));
  await lab.until('garbled', 'main', 'running');
  const record = { kind: 'ConfigMap', name: 'symphony-experiment', namespace: 'garbled' } as const;
  const pod = { kind: 'Pod', name: 'main', namespace: 'garbled' } as const;
  const keys = [annotations.earlierRuns, annotations.logReady, annotations.generation, annotations.stopped];
  await lab.admin.patch(pod, { metadata: { annotations: Object.fromEntries(keys.map((key) => [key, '{'])) } });
  await lab.admin.patch(record, {
    data: { spec: '{"name": 3}', launch: '[]' },
    metadata: { annotations: { [annotations.launching]: 'x' } },
  });
  await lab.until('sound', 'main', 'running');
  expect(await find(lab, 'sound')).toMatchObject({ state: 'running' });
  expect(await find(lab, 'garbled')).toMatchObject({ reason: expect.stringMatching(/its record .* cannot be read/) });
  const controller = new AbortController();
  for await (const event of lab.cluster.watch({ signal: controller.signal })) {
    if (event.type !== 'snapshot') continue;
    const names = event.experiments.map(({ experiment }) => experiment.name);
    expect(names).toEqual(expect.arrayContaining(['garbled', 'sound']));
    controller.abort();
  }
  // A busy node may need longer for the end of the pod, which a note then says.
  expect(await lab.cluster.delete('garbled')).toMatchObject({ name: 'garbled', leftovers: [] });
  expect(await lab.objects('garbled')).toEqual([]);
});

concurrentTest('a launch that is deleted meanwhile fails, and leaves nothing', async ({ lab }) => {
  const record = { kind: 'ConfigMap', name: 'symphony-experiment', namespace: 'taken-back' } as const;
  const mark = { metadata: { annotations: { [annotations.deleting]: new Date().toISOString() } } };
  const launching = lab.launch('taken-back', { kube, processes: { main: { ...sleeping, replicas: 30 } } });
  launching.catch(() => undefined);
  await waitFor(() => lab.admin.patch(record, mark), { timeout: 30, what: 'the record' });
  await expect(launching).rejects.toMatchObject({
    code: 'conflict',
    message: 'Experiment taken-back was deleted while it was being launched.',
  });
  expect(await lab.objects('taken-back')).toEqual([]);
});

// Any other listing may undo the launch before it is told.
test('a launch whose client died is listed as such, and undone by the next client', async ({ lab }) => {
  const draft = { kube, processes: { main: { ...sleeping, replicas: 3 } } };
  await lab.launch('broken-off', draft);
  await lab.until('broken-off', 'main-0', 'running');
  const record = { kind: 'ConfigMap', name: 'symphony-experiment', namespace: 'broken-off' } as const;
  const lease = (secondsAgo: number) =>
    lab.admin.patch(record, {
      metadata: {
        annotations: {
          [annotations.launched]: null,
          [annotations.launching]: new Date(Date.now() - secondsAgo * 1000).toISOString(),
        },
      },
    });
  await lab.admin.remove({ kind: 'Pod', name: 'main-2', namespace: 'broken-off' }, { gracePeriodSeconds: 0 });
  await waitFor(async () => (await lab.pods('symphony/experiment=broken-off')).length === 2, { what: 'two pods' });
  // With a fresh lease, a client may still be launching.
  await lease(0);
  expect(await find(lab, 'broken-off')).toMatchObject({ state: 'starting' });
  expect(await lab.pods('symphony/experiment=broken-off')).toHaveLength(2);
  await lease(leaseSeconds + 5);
  const told = await lab.session.json<{ name: string; state: string; reason: string }[]>(['ls']);
  expect(told.find(({ name }) => name === 'broken-off')).toMatchObject({
    state: 'stopping',
    reason: expect.stringContaining('its launch was not finished'),
  });
  await waitFor(async () => (await lab.objects('broken-off')).length === 0, { timeout: 120, what: 'it to be gone' });
  expect(await find(lab, 'broken-off')).toBeUndefined();
});
