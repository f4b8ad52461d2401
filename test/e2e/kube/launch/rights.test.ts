import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadKubeConfig } from '../../../../src/backends/kube/api/credentials/load-kube-config.ts';
import { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import { checkKube } from '../../../../src/backends/kube/check-kube.ts';
import type { Manifest } from '../../../../src/backends/kube/manifests/manifest.ts';
import type { Cluster } from '../../../../src/engine/client/cluster.ts';
import { requireCapability } from '../../../../src/engine/client/require-capability.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { connectKube } from '../../../support/connect-kube.ts';
import { temporaryHome } from '../../../support/temporary-home.ts';

const namespace = 'symphony-rights-test';
const main = { group: null, name: 'main' };
let home: Awaited<ReturnType<typeof temporaryHome>>;
let admin: KubeClient;
let restricted: Cluster;
let kubeconfig: string;

beforeAll(async () => {
  home = await temporaryHome();
  process.env.SYMPHONY_HOME = home.home;
  admin = new KubeClient(loadKubeConfig({}));
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: {} } });
  // The kubeconfig of a user without rights is in the same folder as the administrator's.
  kubeconfig = (process.env.KUBECONFIG ?? '').replace(/[^/]*$/, 'limited.kubeconfig');
  const { identity } = loadKubeConfig({ kubeconfig });
  const { rules } = await documentedRole();
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'symphony', namespace, labels: {} } };
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const create = (resource: string, body: object) =>
    admin.request({ method: 'POST', path: `${path}/${resource}`, body, operation: `create ${resource}` });
  await create('roles', { ...role, kind: 'Role', rules });
  await create('rolebindings', {
    ...role,
    kind: 'RoleBinding',
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'symphony' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: identity.user }],
  });
  restricted = await connectKube({ kubeconfig, namespace });
});

afterAll(async () => {
  await restricted?.close();
  await admin.remove({ kind: 'Namespace', name: namespace });
  admin.close();
  await home.remove();
});

/** The ClusterRole of the documentation. */
async function documentedRole(): Promise<{ readonly rules: readonly object[] }> {
  const text = await readFile('docs/kubernetes.md', 'utf8');
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = '']) => block);
  const objects = blocks.flatMap((block) => parseAllDocuments(block).map((one) => one.toJS() as Manifest));
  const role = objects.find(({ kind }) => kind === 'ClusterRole');
  return { rules: role?.rules as readonly object[] };
}

it('the documented rights suffice in one namespace, and give no access to another', async () => {
  const spec = parseSpec(
    {
      name: 'rights',
      image: 'docker.io/testcluster/node:1',
      kube: { imagePullPolicy: 'IfNotPresent', expose: 'none' },
      env: { PASSWORD: { secret: true, fromEnv: 'PATH' } },
      processes: { main: { command: 'echo ready; sleep 600', expose: 'web', ready: 'started', restart: 'on-failure' } },
    },
    { baseDir: '/' },
  );
  await restricted.launch(spec);
  await restricted.wait('rights', { for: 'ready', timeout: 60 });
  const follow = { follow: true, signal: AbortSignal.timeout(60_000) };
  const texts: string[] = [];
  for await (const { text } of restricted.logs('rights', [main], follow)) {
    texts.push(text);
    if (text === 'ready') break;
  }
  expect(texts).toContain('ready');
  await requireCapability(restricted, 'events').events('rights');
  await requireCapability(restricted, 'restart').restart('rights', [main]);
  await restricted.wait('rights', { for: 'ready', timeout: 60 });
  await requireCapability(restricted, 'stop').stop('rights', [main]);
  expect(await restricted.listProcesses('rights')).toMatchObject([{ state: 'stopped', restarts: 1 }]);
  expect((await restricted.delete('rights')).leftovers).toEqual([]);
  await expect(restricted.launch({ ...spec, kube: { ...spec.kube, namespace: 'default' } })).rejects.toMatchObject({
    message: expect.stringMatching(/forbidden|may not/i),
  });
});

it('a namespace that only the spec names is remembered for later commands on this machine', async () => {
  const spec = parseSpec(
    {
      name: 'remembered',
      image: 'docker.io/testcluster/busybox:1',
      kube: { namespace, imagePullPolicy: 'IfNotPresent', expose: 'none' },
      processes: { main: { command: ['sleep', '600'], stop: { timeout: 1 } } },
    },
    { baseDir: '/' },
  );
  // Without the setting, the namespace of this user is another one, in which the user has no rights.
  const own = await temporaryHome();
  process.env.SYMPHONY_HOME = own.home;
  const first = await connectKube({ kubeconfig });
  await first.launch(spec);
  await first.wait('remembered', { for: 'ready', timeout: 60 });
  expect((await first.listExperiments()).map(({ name }) => name)).toEqual(['remembered']);
  await first.close();
  const later = await connectKube({ kubeconfig });
  try {
    expect(await later.listExperimentNames()).toEqual(['remembered']);
    expect(await later.describeExperiment('remembered')).toMatchObject({ place: `namespace ${namespace}` });
    expect(await later.delete('remembered')).toEqual({ name: 'remembered', leftovers: [] });
    await expect(later.delete('remembered')).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('option namespace'),
    });
  } finally {
    await later.close();
    process.env.SYMPHONY_HOME = home.home;
    await own.remove();
  }
});

it('an experiment is found by its namespace from another machine', async () => {
  const spec = parseSpec(
    {
      name: 'elsewhere',
      image: 'docker.io/testcluster/busybox:1',
      kube: { namespace, imagePullPolicy: 'IfNotPresent', expose: 'none' },
      processes: { main: { command: ['sleep', '600'], stop: { timeout: 1 } } },
    },
    { baseDir: '/' },
  );
  await restricted.launch(spec);
  const other = await temporaryHome();
  process.env.SYMPHONY_HOME = other.home;
  const stranger = await connectKube({ kubeconfig });
  try {
    expect(await stranger.listProcesses(`${namespace}/elsewhere`)).toMatchObject([{ name: 'main' }]);
    expect((await stranger.delete(`${namespace}/elsewhere`)).leftovers).toEqual([]);
  } finally {
    await stranger.close();
    process.env.SYMPHONY_HOME = home.home;
    await other.remove();
  }
});

it('the check examines the namespace of the experiments', async () => {
  const there = await checkKube({ kubeconfig, namespace });
  expect(there).toMatchObject({ works: true, detail: expect.stringContaining(`who may in namespace ${namespace} `) });
  expect(there.detail).not.toContain('create namespaces');
  expect(await checkKube({ kubeconfig })).toMatchObject({ works: false });
});
