import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { checkOnServer } from '../../../../src/backends/kube/launch/dry-run.ts';
import type { Manifest } from '../../../../src/backends/kube/manifests/manifest.ts';
import { sharedAccountObjects } from '../../../../src/backends/kube/supervisor/supervisor-objects.ts';
import { answerJson, refuse } from '../api/support/api-server.ts';
import { failureOf, type Lab, test } from '../api/support/lab.ts';
import { build } from '../support/manifests.ts';

const list = { kind: 'List', metadata: { resourceVersion: '1' }, items: [] };

/** A server that accepts every object after applying `change` to it. */
const takes =
  (change: (object: Manifest) => object = (object) => object): RequestListener =>
  async (request, response) => {
    if (request.method === 'GET') return answerJson(list)(request, response);
    const object = JSON.parse(await text(request)) as Manifest;
    return answerJson(change(object), 201)(request, response);
  };

async function check(lab: Lab, draft: Parameters<typeof build>[0], answer: RequestListener) {
  const server = await lab.server(answer);
  const { objects, location } = build(draft);
  await checkOnServer(await lab.client(server.url), location, objects);
  return server;
}

const command = ['true'];

test('thousands of replicas are checked once, over a few connections', async ({ lab }) => {
  const processes = { agent: { command, bind: 'own', replicas: 1_900 }, other: { command, image: 'another' } };
  const server = await check(lab, { portRange: '7000-9999', processes }, takes());
  const kinds = server.requests.map(({ url = '' }) => /\/(\w+)\?/.exec(url)?.[1]);
  expect(kinds.filter((kind) => kind === 'pods')).toHaveLength(2);
  expect(kinds.filter((kind) => kind === 'services')).toHaveLength(1);
  expect(server.requests[0]?.url).toContain('dryRun=All&fieldValidation=Strict');
});

test('many objects that differ are checked over a few connections', async ({ lab }) => {
  const processes = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`p-${index}`, { command: ['echo', `${index}`] }]),
  );
  const server = await check(lab, { processes }, takes());
  expect(server.requests.length).toBeGreaterThan(300);
  expect(server.connections()).toBeLessThanOrEqual(8);
});

test('a field that the server leaves out is named', async ({ lab }) => {
  const drop = ({ spec, ...rest }: Manifest) => {
    const { containres: _, ...known } = (spec ?? {}) as Record<string, unknown>;
    return { ...rest, spec: known };
  };
  const processes = { main: { command, kube: { patch: { spec: { containres: [{ name: 'main' }] } } } } };
  const { error } = await failureOf(check(lab, { processes }, takes(drop)));
  expect(error).toMatchObject({
    code: 'failed',
    message: 'Pod main: the server does not know the field spec.containres.',
    hint: expect.stringContaining('kube.patch'),
  });
});

test('for a replacement, what the existing experiment takes of a quota counts as free', async ({ lab }) => {
  const namespace = 'team';
  const old = { metadata: { name: 'old', namespace, labels: {} }, spec: { containers: [] } };
  const server =
    (hard: string): RequestListener =>
    async (request, response) => {
      const { method, url = '' } = request;
      const counts = { hard: { pods: hard }, used: { pods: '2' } };
      const quota = { metadata: { name: 'small', namespace }, spec: {}, status: counts };
      if (method === 'GET' && url.includes('/resourcequotas')) {
        return answerJson({ ...list, items: [quota] })(request, response);
      }
      if (method === 'GET' && url.includes('/pods'))
        return answerJson({ ...list, items: [old, old] })(request, response);
      if (method !== 'GET' && url.includes('/pods')) {
        const why = 'pods "main" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2';
        return refuse(403, 'Forbidden', why)(request, response);
      }
      return takes()(request, response);
    };
  const { objects, location } = build({ kube: { namespace }, processes: { main: { command, replicas: 2 } } });
  const replaced = { name: 'rl', location, launches: ['launch-0'], isDeleting: false };
  const checkOn = async (hard: string) => {
    const { url } = await lab.server(server(hard));
    return checkOnServer(await lab.client(url), location, objects, { replaced });
  };
  await checkOn('2');
  const { error } = await failureOf(checkOn('1'));
  expect(error.message).toContain('The quota small of namespace team is too small');
});

test('for a namespace that does not exist yet, only refusals that apply everywhere count', async ({ lab }) => {
  const forbidden =
    (why: string) => (request: Parameters<RequestListener>[0], response: Parameters<RequestListener>[1]) =>
      request.url?.includes('/pods') ? refuse(403, 'Forbidden', why)(request, response) : takes()(request, response);
  const processes = { main: { command } };
  await check(
    lab,
    { processes },
    forbidden('pods "main" is forbidden: error looking up service account a/b: x not found'),
  );
  await check(
    lab,
    { processes },
    forbidden('pods "main" is forbidden: exceeded quota: q, requested: pods=1, used: pods=4, limited: pods=4'),
  );
  const { error } = await failureOf(
    check(lab, { processes }, forbidden('pods "main" is forbidden: no PriorityClass with name batch was found')),
  );
  expect(error.message).toContain('there is no PriorityClass batch');
  expect(error.hint).not.toContain('right');
});

test('a role that a dry run does not create hides nothing else that the server refuses', async ({ lab }) => {
  const draft = { kube: { namespace: 'team' }, processes: { main: { command } } };
  const answer =
    (missing: string): RequestListener =>
    (request, response) =>
      request.url?.includes(`/${missing}?`)
        ? refuse(404, 'NotFound', 'roles "x" not found')(request, response)
        : takes()(request, response);
  const objects = [...build(draft).objects, ...sharedAccountObjects('team')];
  const refusals = async (missing: string) => {
    const server = await lab.server(answer(missing));
    return checkOnServer(await lab.client(server.url), build(draft).location, objects, undefined);
  };
  await refusals('rolebindings');
  await expect(refusals('roles')).rejects.toMatchObject({ code: 'failed', message: expect.stringContaining('Role ') });
});
