import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadKubeConfig } from '../../../../src/backends/kube/api/credentials/load-kube-config.ts';
import { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import type { Manifest } from '../../../../src/backends/kube/manifests/manifest.ts';
import type { Cluster } from '../../../../src/engine/client/cluster.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { connectKube } from '../../../support/connect-kube.ts';
import { Session } from '../../../support/session.ts';
import { temporaryHome } from '../../../support/temporary-home.ts';
import { makeServerReachable } from '../support/reachable-server.ts';

const namespace = 'symphony-account-test';
const rbac = 'rbac.authorization.k8s.io';
let home: Awaited<ReturnType<typeof temporaryHome>>;
let admin: KubeClient;
let endForwarding: () => Promise<void>;
let kubeconfig: string;
const clusters: Cluster[] = [];

/** The objects in the documentation. */
async function documented(): Promise<readonly Manifest[]> {
  const text = await readFile('docs/kubernetes.md', 'utf8');
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = '']) => block);
  return blocks.flatMap((block) => parseAllDocuments(block).map((one) => one.toJS() as Manifest));
}

/** The objects that an administrator creates, as `symphony backends` prints them for this user. */
async function printed(): Promise<readonly Manifest[]> {
  const session = new Session(home);
  const env = { SYMPHONY_HOME: home.home, KUBECONFIG: kubeconfig, SYMPHONY_NAMESPACE: namespace };
  const text = await session.ok(['backends'], { env });
  const [, objects = ''] = /supervisorAccount names it: symphony-supervisor\n\n(apiVersion: [\s\S]*)$/.exec(text) ?? [];
  return parseAllDocuments(objects).map((one) => one.toJS() as Manifest);
}

function create(object: Manifest): Promise<unknown> {
  const plural = `${object.kind.toLowerCase()}s`;
  const group = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`;
  const path = `${group}/namespaces/${namespace}/${plural}`;
  return admin.request({ method: 'POST', path, body: object, operation: `create ${plural}` });
}

beforeAll(async () => {
  home = await temporaryHome();
  process.env.SYMPHONY_HOME = home.home;
  admin = new KubeClient(loadKubeConfig({}));
  endForwarding = await makeServerReachable(admin);
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: {} } });
  kubeconfig = (process.env.KUBECONFIG ?? '').replace(/[^/]*$/, 'limited.kubeconfig');
  const { user } = loadKubeConfig({ kubeconfig }).identity;
  const objects = await documented();
  const rules = objects.find(({ kind }) => kind === 'ClusterRole')?.rules as readonly {
    apiGroups: readonly string[];
  }[];
  const head = { apiVersion: `${rbac}/v1`, metadata: { name: 'symphony', namespace, labels: {} } };
  // All documented rights but those on accounts and roles.
  const isOfAccounts = (rule: object) => /serviceaccounts|rolebindings/.test(JSON.stringify(rule));
  await create({ ...head, kind: 'Role', rules: rules.filter((rule) => !isOfAccounts(rule)) } as never);
  await create({
    ...head,
    kind: 'RoleBinding',
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'symphony' },
    subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
  } as never);
});

afterAll(async () => {
  for (const cluster of clusters) await cluster.close();
  await admin.remove({ kind: 'Namespace', name: namespace });
  await endForwarding();
  admin.close();
  await home.remove();
});

it('a user who may not create accounts uses the one that an administrator has created', async () => {
  const connect = async (options: object) => {
    const cluster = await connectKube({ kubeconfig, namespace, ...options });
    clusters.push(cluster);
    return cluster;
  };
  const spec = parseSpec(
    {
      name: 'account',
      image: 'docker.io/testcluster/node:1',
      kube: { imagePullPolicy: 'IfNotPresent', expose: 'none' },
      endsWith: { processes: ['learner'] },
      processes: {
        prepare: { command: 'exit 0' },
        learner: { command: 'sleep 1', after: { prepare: 'succeeded' } },
        agent: { command: 'exec sleep 600', stop: { timeout: 1 } },
        silent: { command: 'exec sleep 600', stop: { timeout: 1 }, alive: { silence: 600 } },
      },
    },
    { baseDir: '/' },
  );
  const without = await connect({});
  await expect(without.launch(spec)).rejects.toMatchObject({
    code: 'invalid-spec',
    message: expect.stringMatching(/endsWith: .*[\s\S]*processes\.silent\.alive: .*may not create serviceaccounts/),
    hint: expect.stringContaining('supervisorAccount'),
  });
  expect(await without.listExperimentNames()).toEqual([]);
  // What the list of backends prints is what the documentation shows.
  const account = await printed();
  expect(account.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'Role', 'RoleBinding']);
  const shown = (await documented()).filter(({ metadata }) => metadata?.name === 'symphony-supervisor');
  expect(JSON.parse(JSON.stringify(shown).replaceAll('team-a', namespace))).toEqual(account);
  for (const object of account) await create(object);
  const cluster = await connect({ supervisorAccount: 'symphony-supervisor' });
  await cluster.launch(spec);
  await cluster.wait('account', { for: 'done', timeout: 150 });
  const [found] = await cluster.listExperiments();
  expect(found).toMatchObject({ outcome: 'succeeded', reason: 'learner ended the experiment' });
  expect((await cluster.delete('account')).leftovers).toEqual([]);
});
