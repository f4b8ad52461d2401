import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { checkKube } from '../../../src/backends/kube/check-kube.ts';
import { answerJson, refuse } from './api/support/api-server.ts';
import { failureOf, generousSeconds, test } from './api/support/lab.ts';

interface Asked {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

/** A server that allows everything except the given rights. */
function server(isForbidden: (asked: Asked) => boolean, seen: Asked[] = []): RequestListener {
  return async (request, response) => {
    if (request.url === '/version') return answerJson({ gitVersion: 'v1.34.1' })(request, response);
    const { spec } = (await json(request)) as { readonly spec: { readonly resourceAttributes: Asked } };
    seen.push(spec.resourceAttributes);
    answerJson({ status: { allowed: !isForbidden(spec.resourceAttributes) } }, 201)(request, response);
  };
}

test('says context, version, server, user and what they may do', async ({ lab }) => {
  const seen: Asked[] = [];
  const { url } = await lab.server(
    server(() => false, seen),
    'tls',
  );
  expect(await checkKube({ kubeconfig: await lab.kubeconfig(url) })).toEqual({
    works: true,
    detail: `context here, Kubernetes v1.34.1 at ${url}, as sarah, who may do all that is needed: see experiments; launch and delete; keep rules in the cluster; read logs; stop and restart; scale; exec, attach and copy; forward ports; see events; see CPU and memory`,
  });
  expect(seen).toContainEqual({ verb: 'create', resource: 'namespaces' });
  expect(seen).toContainEqual({ verb: 'create', resource: 'pods', subresource: 'exec', namespace: 'team' });
});

test('says what they may not do, and whether it works without', async ({ lab }) => {
  const check = async (isForbidden: (asked: Asked) => boolean) => {
    const { url } = await lab.server(server(isForbidden), 'tls');
    const { works, detail } = await checkKube({ kubeconfig: await lab.kubeconfig(url) });
    return { works, detail: detail.replace(/^.* as sarah, who may /, '') };
  };
  expect(await check(({ subresource }) => subresource === 'exec')).toEqual({
    works: true,
    detail:
      'see experiments; launch and delete; keep rules in the cluster; read logs; stop and restart; scale; forward ports; see events; see CPU and memory; not get pods/exec, create pods/exec',
  });
  expect(await check(({ namespace }) => namespace === undefined)).toEqual({
    works: true,
    detail:
      'see experiments; launch and delete; keep rules in the cluster; read logs; stop and restart; scale; exec, attach and copy; forward ports; see events; see CPU and memory; only in namespace team (kube: { namespace: team }), for lack of the right to create namespaces, delete namespaces, list configmaps in all namespaces, list pods in all namespaces, watch pods in all namespaces',
  });
  expect(await check(({ verb, resource }) => verb === 'create' && resource === 'pods')).toMatchObject({
    works: false,
    detail: expect.stringContaining('; not create pods, create pods/exec'),
  });
  expect(await check(() => true)).toMatchObject({
    works: false,
    detail: expect.stringMatching(/^not create namespaces, /),
  });
});

test('says what an administrator creates for those who may not create accounts', async ({ lab }) => {
  const check = async (...forbidden: readonly string[]) => {
    const isForbidden = ({ verb, resource }: Asked) => verb === 'create' && forbidden.includes(resource);
    const { url } = await lab.server(server(isForbidden), 'tls');
    return (await checkKube({ kubeconfig: await lab.kubeconfig(url), namespace: 'team-a' })).remedy;
  };
  const remedy = await check('roles');
  expect(remedy?.advice).toContain('the setting supervisorAccount names it: symphony-supervisor');
  const objects = parseAllDocuments(remedy?.input ?? '').map((document) => document.toJS());
  expect(objects).toMatchObject([
    { kind: 'ServiceAccount', metadata: { name: 'symphony-supervisor', namespace: 'team-a' } },
    { kind: 'Role', metadata: { name: 'symphony-supervisor', namespace: 'team-a' } },
    { kind: 'RoleBinding', subjects: [{ name: 'symphony-supervisor', namespace: 'team-a' }] },
  ]);
  const documented = readFileSync(new URL('../../../docs/kubernetes.md', import.meta.url), 'utf8');
  const block = /```yaml\n(apiVersion: v1\nkind: ServiceAccount[^`]*)```/.exec(documented)?.[1] ?? '';
  expect(parseAllDocuments(block).map((document) => document.toJS())).toEqual(objects);
  expect(await check('roles', 'deployments')).toBeUndefined();
  expect(await check()).toBeUndefined();
});

test('gives up within seconds, whatever blocks it', async ({ lab }) => {
  const silent = await lab.listen(createServer());
  const command = await lab.file('hang', '#!/bin/sh\nsleep 600\n', 0o700);
  const busy = await lab.server(refuse(429, 'TooManyRequests', 'later', { 'retry-after': '2' }), 'tls');
  const stuck = await lab.server((request, response) => {
    if (request.url === '/version') answerJson({ gitVersion: 'v1' })(request, response);
  }, 'tls');
  const cases: [string, string][] = [
    [await lab.kubeconfig(`https://127.0.0.1:${silent.port}`, {}, 'silent'), 'no connection within 5 s'],
    [await lab.kubeconfig('https://a', { user: { exec: { command } } }, 'hanging'), 'no answer within 6 s'],
    [await lab.kubeconfig(busy.url, {}, 'busy'), 'no answer within 6 s'],
    [await lab.kubeconfig(stuck.url, {}, 'stuck'), 'no answer within 6 s'],
  ];
  await Promise.all(
    cases.map(async ([kubeconfig, why]) => {
      const { error, seconds } = await failureOf(checkKube({ kubeconfig }, 6));
      expect(error).toMatchObject({ code: 'backend-unavailable', message: expect.stringContaining(why) });
      expect(error.message).toContain('(context here, user sarah)');
      expect(seconds).toBeLessThan(generousSeconds);
    }),
  );
});
