import { expect } from 'vitest';
import { loadKubeConfig } from '../../../../src/backends/kube/api/credentials/load-kube-config.ts';
import type { KubeRequest } from '../../../../src/backends/kube/api/kube-api.ts';
import { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import { annotations, labels } from '../../../../src/backends/kube/manifests/labels.ts';
import { scaleExperiment } from '../../../../src/backends/kube/scale/scale-experiment.ts';
import { readScalingMark, scalingAnnotation } from '../../../../src/backends/kube/scale/scaling-mark.ts';
import { readExperiment } from '../../../../src/backends/kube/watch/list-experiments.ts';
import { formatProcess } from '../../../../src/engine/contract/status.ts';
import type { ReplicaCounts } from '../../../../src/engine/spec/scale-spec.ts';
import { waitFor } from '../../../support/wait-for.ts';
import type { KubeLab } from '../support/kube-lab.ts';
import { reference } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

const agent = {
  command: `trap 'echo asked; exit 0' TERM; echo begun; while :; do sleep 0.1; done`,
  bind: 'stats',
  ready: 'started',
  stop: { timeout: 5 },
};

const scale = (lab: KubeLab, name: string, counts: ReplicaCounts) => lab.cluster.scale(name, counts);

async function podsOf(lab: KubeLab, name: string) {
  const pods = await lab.pods(`${labels.experiment}=${name},${labels.role}=pod`);
  return new Map(pods.map(({ metadata }) => [metadata.name, metadata.uid]));
}

async function names(lab: KubeLab, name: string): Promise<string[]> {
  return (await lab.cluster.listProcesses(name)).map(formatProcess);
}

test('replicas come and go with their pods and services, and the pods of the others stay the same', async ({ lab }) => {
  const name = 'ks-scale';
  await lab.launch(name, { processes: { agent: { ...agent, replicas: 2 }, other: { command: 'sleep 600' } } });
  for (const target of ['agent-0', 'agent-1', 'other']) await lab.until(name, target, 'running');
  const before = await podsOf(lab, name);

  await scale(lab, name, { agent: 3 });
  await lab.until(name, 'agent-2', 'running');
  const during = await podsOf(lab, name);
  for (const [pod, uid] of before) expect(during.get(pod)).toBe(uid);
  expect([...during.keys()].sort()).toEqual(['agent-0', 'agent-1', 'agent-2', 'other']);
  expect(await lab.objects(name)).toEqual(expect.arrayContaining(['Service stats-2']));
  // Another client sees the same, and the new replica can be restarted from the stored pods.
  await lab.cluster.capabilities.restart?.restart(name, [reference('agent-2')]);
  expect(await lab.until(name, 'agent-2', 'running')).toMatchObject({ pod: 'agent-2.r1', restarts: 1 });

  const following = Array.fromAsync(lab.follow(name, 'agent-2'));
  await scale(lab, name, { agent: 1 });
  const texts = (await following).filter(({ kind }) => kind === 'line').map(({ text }) => text);
  expect(texts.at(-1)).toBe('asked');
  expect([...(await podsOf(lab, name)).keys()].sort()).toEqual(['agent-0', 'other']);
  expect((await lab.objects(name)).filter((object) => object.startsWith('Service'))).toEqual(['Service stats-0']);
  expect((await podsOf(lab, name)).get('agent-0')).toBe(before.get('agent-0'));
  const variables = await lab.admin.get({ kind: 'ConfigMap', name: 'symphony-services', namespace: name });
  expect(Object.keys(variables.data).filter((variable) => variable.endsWith('_PORT'))).toEqual(['SYMPH_STATS_0_PORT']);
  const record = await lab.admin.get({ kind: 'ConfigMap', name: 'symphony-experiment', namespace: name });
  expect(record.metadata.annotations).not.toHaveProperty([annotations.scaling]);
});

test('what a quota refuses changes nothing', async ({ lab }) => {
  const name = 'ks-scale-quota';
  const namespace = await lab.namespace('ks-scale-shared');
  const hard = { pods: '3' };
  await lab.admin.create({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace },
    spec: { hard },
  });
  const kube = { imagePullPolicy: 'IfNotPresent', namespace };
  await lab.launch(name, { kube, processes: { agent: { ...agent, replicas: 2 } } });
  await lab.until(name, 'agent-1', 'running');
  const objects = await lab.objects(name);
  await expect(scale(lab, name, { agent: 5 })).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/quota small .* is too small/),
  });
  expect(await lab.objects(name)).toEqual(objects);
  expect(await names(lab, name)).toEqual(['agent-0', 'agent-1']);
  await scale(lab, name, { agent: 3 });
  await lab.until(name, 'agent-2', 'running');
});

/** A client that dies after a number of writes: whatever it does then fails. */
class DyingClient extends KubeClient {
  #left: number;

  constructor(writes: number) {
    super(loadKubeConfig({}));
    this.#left = writes;
  }

  override request<Answer>(request: KubeRequest): Promise<Answer> {
    if (this.#left === 0) return Promise.reject(new Error('the client is dead'));
    const { method = 'GET', query } = request;
    if (method !== 'GET' && query?.dryRun === undefined) this.#left -= 1;
    return super.request(request);
  }
}

test('a client that dies between any two writes leaves the old processes or the new ones, and the next change finishes it', {
  timeout: 300_000,
}, async ({ lab }) => {
  const name = 'ks-scale-cut';
  const record = { kind: 'ConfigMap', name: 'symphony-experiment', namespace: name } as const;
  const other = { command: 'sleep 600', replicas: 1 };
  await lab.launch(name, { processes: { agent: { ...agent, replicas: 2 }, other } });
  await lab.until(name, 'agent-1', 'running');
  const objects = (await lab.objects(name)).sort();
  const before = (await podsOf(lab, name)).get('agent-0');
  // The mark, the first new pod, the new record, the end of the removed process.
  for (const writes of [1, 4, 5, 8]) {
    const client = new DyingClient(writes);
    const { entry } = await readExperiment(client, { namespaces: undefined, preferred: undefined }, name);
    const scaling = scaleExperiment(client, entry, { agent: 1, other: 2 }, { plan: {}, onChange: async () => {} });
    await expect(scaling).rejects.toThrow('the client is dead');
    client.close();
    expect([
      ['agent-0', 'agent-1', 'other-0'],
      ['agent-0', 'other-0', 'other-1'],
    ]).toContainEqual(await names(lab, name));
    // As if the time of the mark were over.
    const mark = readScalingMark(await lab.admin.get(record));
    const expired = mark && { ...mark, renewed: '2020-01-01T00:00:00.000Z' };
    await lab.admin.patch(record, { metadata: { annotations: scalingAnnotation(expired ?? null) } });
    const experiment = (await lab.cluster.listExperiments()).find((one) => one.name === name);
    const finish = "cluster.scale(experiment, { 'agent': 1, 'other': 2 })";
    expect(experiment?.reason).toBe(`its scaling was interrupted: finish it with ${finish}`);
    await scale(lab, name, { agent: 2, other: 1 });
    await lab.until(name, 'agent-1', 'running');
    expect((await lab.objects(name)).sort()).toEqual(objects);
    expect((await podsOf(lab, name)).get('agent-0')).toBe(before);
  }
  expect((await lab.cluster.listExperiments()).find((one) => one.name === name)).not.toHaveProperty('reason');
});

test('an abort undoes a change that has not replaced the record', async ({ lab }) => {
  const name = 'ks-scale-abort';
  await lab.launch(name, { processes: { agent: { ...agent, replicas: 1 } } });
  await lab.until(name, 'agent-0', 'running');
  const abort = new AbortController();
  const onProgress = ({ message, done = 0 }: { message: string; done?: number }) => {
    if (message === `Creating ${name}` && done > 0) abort.abort();
  };
  const scaling = lab.cluster.scale(name, { agent: 30 }, { signal: abort.signal, onProgress });
  await expect(scaling).rejects.toMatchObject({ code: 'interrupted' });
  expect(await names(lab, name)).toEqual(['agent-0']);
  expect([...(await podsOf(lab, name)).keys()]).toEqual(['agent-0']);
  expect((await lab.objects(name)).filter((object) => object.startsWith('Service'))).toEqual(['Service stats-0']);
  await scale(lab, name, { agent: 2 });
  await lab.until(name, 'agent-1', 'running');
});

test('the supervisor keeps new replicas to the rules, and does not bring back removed ones', async ({ lab }) => {
  const name = 'ks-scale-rules';
  await lab.launch(name, { processes: { agent: { ...agent, replicas: 1, restart: 'always', maxRestarts: 5 } } });
  await lab.until(name, 'agent-0', 'running');
  await scale(lab, name, { agent: 2 });
  const { pod = '' } = await lab.until(name, 'agent-1', 'running');
  await lab.admin.remove({ kind: 'Pod', name: pod, namespace: name }, { gracePeriodSeconds: 0 });
  expect(await lab.until(name, 'agent-1', ({ state, pod: now }) => state === 'running' && now !== pod)).toMatchObject({
    restarts: 1,
  });
  await scale(lab, name, { agent: 1 });
  expect([...(await podsOf(lab, name)).keys()]).toEqual(['agent-0']);
  // Whatever the supervisor does next, it does after the next change of the record.
  const record = { kind: 'ConfigMap', name: 'symphony-experiment', namespace: name } as const;
  await lab.admin.patch(record, { metadata: { annotations: { touched: 'yes' } } });
  await lab.admin.remove({ kind: 'Pod', name: 'agent-0', namespace: name }, { gracePeriodSeconds: 0 });
  await lab.until(name, 'agent-0', ({ state, restarts }) => state === 'running' && restarts > 0);
  await waitFor(async () => (await podsOf(lab, name)).size === 1, { what: 'one pod' });
});
