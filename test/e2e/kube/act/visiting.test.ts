import { expect } from 'vitest';
import { requireCapability } from '../../../../src/engine/client/require-capability.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { base, type KubeLab, reference } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

/** Answers every request with the name of its pod. */
const serving = [
  'node',
  '-e',
  `require('http').createServer((_, response) => response.end(process.env.HOSTNAME))
    .listen(process.env.SYMPH_WEB_PORT, process.env.SYMPH_WEB_HOST)`,
];
const draft = (expose: string) => ({
  processes: { main: { command: serving, expose: 'web', kube: { ...base.kube, expose } } },
});

async function visit(lab: KubeLab, name: string) {
  return requireCapability(lab.cluster, 'visit').visit(name, 'web');
}

/** The node port of a service. Until the nodes know the port, a visit forwards one instead. */
function nodePortOf(lab: KubeLab, name: string) {
  return waitFor(
    async () => {
      const found = await visit(lab, name);
      if (!found.held) return found;
      await found.close();
      return undefined;
    },
    { timeout: 30, what: 'the node port' },
  );
}

test('a node port is visited where the node can be reached', async ({ lab }) => {
  await lab.launch('node-port', draft('NodePort'));
  await lab.until('node-port', 'main', 'running');
  const visited = await nodePortOf(lab, 'node-port');
  expect(await (await fetch(visited.url)).text()).toBe('main');
});

test('a load balancer is visited at its address once it has one, and at its node port before', async ({ lab }) => {
  await lab.launch('balanced', draft('LoadBalancer'));
  await lab.until('balanced', 'main', 'running');
  const before = await nodePortOf(lab, 'balanced');
  expect(await (await fetch(before.url)).text()).toBe('main');
  await lab.admin.request({
    method: 'PATCH',
    path: '/api/v1/namespaces/balanced/services/web/status',
    body: { status: { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } } },
    contentType: 'application/merge-patch+json',
    operation: 'patch the status of a service',
  });
  const visited = await visit(lab, 'balanced');
  expect(visited).toMatchObject({ host: '203.0.113.9', held: false, url: `http://203.0.113.9:${visited.port}/` });
  const [service] = (await lab.cluster.describeExperiment('balanced')).services;
  expect(service).toMatchObject({ name: 'web', host: '203.0.113.9', url: visited.url });
});

test('a forwarded port reaches the pod of the next run', async ({ lab }) => {
  await lab.launch('forwarded', draft('none'));
  await lab.until('forwarded', 'main', 'running');
  const visited = await visit(lab, 'forwarded');
  try {
    const answer = async () => (await fetch(visited.url, { headers: { connection: 'close' } })).text();
    expect(await answer()).toBe('main');
    const { uid } = (await lab.pods('symphony/experiment=forwarded'))[0]?.metadata ?? {};
    await requireCapability(lab.cluster, 'restart').restart('forwarded', [reference('main')]);
    await waitFor(answer, { timeout: 60, what: 'an answer of the next pod' });
    const running = (await lab.pods('symphony/experiment=forwarded')).filter(
      ({ status }) => status?.phase === 'Running',
    );
    expect(running).toHaveLength(1);
    expect(running[0]?.metadata.uid).not.toBe(uid);
  } finally {
    await visited.close();
  }
  await expect(fetch(visited.url)).rejects.toThrow();
});
