import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test as base, expect } from 'vitest';
import { requireCapability } from '../../../../src/engine/client/require-capability.ts';
import type { Notice } from '../../../../src/engine/contract/notices.ts';
import { connectKube } from '../../../support/connect-kube.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { KubeLab, reference } from '../support/kube-lab.ts';
import { sleeper, supervisors } from './support/supervisors.ts';

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
  .extend('lab', { scope: 'file' }, async ({}, { onCleanup }) => {
    const lab = await KubeLab.open();
    onCleanup(async () => {
      await lab.cleanUp();
      await lab.close();
    });
    return lab;
  })
  /** A webhook on this machine, at the address of a node: pods reach it where nodes run on this machine. */
  .extend('hook', async ({ lab }, { onCleanup }) => {
    const [node] = (await lab.admin.list('Node')).items;
    const addresses = (node?.status?.addresses ?? []) as readonly { readonly type: string; readonly address: string }[];
    const ip = addresses.find(({ type }) => type === 'InternalIP')?.address;
    const notices: Notice[] = [];
    let hangs = false;
    const server = createServer(async (request, response) => {
      notices.push((await json(request)) as Notice);
      if (!hangs) response.end();
    });
    server.listen(0, ip);
    await once(server, 'listening');
    onCleanup(() => {
      server.closeAllConnections();
      server.close();
    });
    const hang = (value: boolean) => {
      hangs = value;
    };
    return { notices, hang, address: `http://${ip}:${(server.address() as AddressInfo).port}/secret-token` };
  });

test('notices reach a webhook without a client, each id once, and the address is in a Secret alone', async ({
  lab,
  hook,
}) => {
  const name = 'sn-notices';
  const cluster = await connectKube({ notify: { webhook: hook.address } });
  try {
    await cluster.launch(lab.spec(name, { processes: { breaks: { command: 'exit 3' }, learner: sleeper } }));
  } finally {
    await cluster.close();
  }
  await waitFor(() => hook.notices.length > 0, { timeout: 120, what: 'the first notice' });
  expect(hook.notices[0]).toMatchObject({
    kind: 'failed',
    backend: 'kube',
    text: `${name}: breaks failed (exit code 3)`,
  });
  await requireCapability(lab.cluster, 'stop').stop(name, [reference('learner')]);
  await waitFor(() => hook.notices.some(({ kind }) => kind === 'done'), { timeout: 60, what: 'the end' });
  // Another supervisor goes on from what the record says.
  const [first] = await supervisors(lab, name);
  const record = async () => JSON.stringify((await lab.admin.list('ConfigMap', { namespace: name })).items);
  await waitFor(async () => /done /.test(await record()), { what: 'what was told to be stored' });
  await lab.admin.remove({ kind: 'Pod', name: first?.metadata.name ?? '', namespace: name }, { gracePeriodSeconds: 0 });
  await waitFor(
    async () =>
      (await supervisors(lab, name)).some(
        ({ metadata, status }) => metadata.uid !== first?.metadata.uid && status?.phase === 'Running',
      ),
    { timeout: 60, what: 'another supervisor' },
  );
  const events = async () => JSON.stringify((await lab.admin.list('Event', { namespace: name })).items);
  await waitFor(async () => /NoticeSent/.test(await events()), { what: 'the event' });
  expect(new Set(hook.notices.map(({ id }) => id)).size).toBe(hook.notices.length);
  expect(hook.notices).toHaveLength(2);
  const pods = JSON.stringify((await lab.admin.list('Pod', { namespace: name })).items);
  for (const text of [await record(), await events(), pods]) expect(text).not.toContain('secret-token');
});

test('a webhook that hangs holds nothing up, and a notice that was being sent when the supervisor was killed is repeated', async ({
  lab,
  hook,
}) => {
  const name = 'sn-killed';
  hook.hang(true);
  const cluster = await connectKube({ notify: { webhook: hook.address, on: ['failed'] } });
  try {
    const next = { ...sleeper, after: { waits: 'ended' } };
    await cluster.launch(lab.spec(name, { processes: { breaks: { command: 'exit 3' }, waits: sleeper, next } }));
  } finally {
    await cluster.close();
  }
  await waitFor(() => hook.notices.length > 0, { timeout: 120, what: 'the notice' });
  const [first] = await supervisors(lab, name);
  await requireCapability(lab.cluster, 'stop').stop(name, [reference('waits')]);
  await lab.until(name, 'next', 'running', 60);
  const killed = { kind: 'Pod', name: first?.metadata.name ?? '', namespace: name } as const;
  await lab.admin.remove(killed, { gracePeriodSeconds: 0 });
  hook.hang(false);
  await waitFor(() => hook.notices.some(({ host }) => host !== first?.metadata.name), {
    timeout: 120,
    what: 'the notice of the next supervisor',
  });
  // What is repeated has the same id.
  expect(new Set(hook.notices.map(({ id }) => id)).size).toBe(1);
});
