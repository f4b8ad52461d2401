import { expect } from 'vitest';
import { annotations, labels } from '../../../../src/backends/kube/manifests/labels.ts';
import { scalingAnnotation } from '../../../../src/backends/kube/scale/scaling-mark.ts';
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

test('a change that was interrupted is told, and the next one finishes it', async ({ lab }) => {
  const name = 'ks-scale-cut';
  await lab.launch(name, { processes: { agent: { ...agent, replicas: 1 } } });
  await lab.until(name, 'agent-0', 'running');
  // As a client leaves it that has created a pod and a service, and then died.
  const [pod] = await lab.pods(`${labels.experiment}=${name},${labels.member}=agent-0`);
  const { labels: own = {} } = pod?.metadata ?? {};
  const metadata = (of: string) => ({ name: of, namespace: name });
  await lab.admin.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata('agent-1'), labels: { ...own, [labels.member]: 'agent-1' } },
    spec: {
      containers: [
        {
          name: 'agent-1',
          image: 'docker.io/testcluster/node:1',
          imagePullPolicy: 'IfNotPresent',
          command: ['sleep', '600'],
        },
      ],
      terminationGracePeriodSeconds: 1,
    },
  });
  const mark = { id: 'gone', renewed: '2020-01-01T00:00:00Z', counts: { agent: 2 } };
  const record = { kind: 'ConfigMap', name: 'symphony-experiment', namespace: name } as const;
  await lab.admin.patch(record, { metadata: { annotations: scalingAnnotation(mark) } });
  const experiment = (await lab.cluster.listExperiments()).find((one) => one.name === name);
  expect(experiment?.reason).toBe('its scaling was interrupted: finish it with symphony scale agent=2');
  const old = (await podsOf(lab, name)).get('agent-1');
  await scale(lab, name, { agent: 2 });
  await lab.until(name, 'agent-1', 'running');
  expect((await podsOf(lab, name)).get('agent-1')).not.toBe(old);
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
