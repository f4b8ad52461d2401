import '../../../../src/backends/index.ts';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadKubeConfig } from '../../../../src/backends/kube/api/credentials/load-kube-config.ts';
import { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import type { Manifest } from '../../../../src/backends/kube/manifests/manifest.ts';
import { planOnKube } from '../../../../src/backends/kube/section/kube-plan.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { loadSpec } from '../../../../src/engine/spec/source/load-spec.ts';

const namespace = `manifests-${randomBytes(4).toString('hex')}`;
let client: KubeClient;

beforeAll(async () => {
  client = new KubeClient(loadKubeConfig({}));
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: {} } });
});

afterAll(async () => {
  await client.remove({ kind: 'Namespace', name: namespace });
  client.close();
});

const command = ['sleep', '60'];

/** Every field of the section kube, and every field that becomes part of a manifest. */
const everything = {
  kube: {
    nodePools: [
      {
        name: 'gpu',
        cpu: 8,
        memory: '32Gi',
        gpu: { type: 't4', count: 2 },
        labels: { pool: 'gpu' },
        taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }],
      },
    ],
    nodeSelector: { zone: 'a' },
    tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
    imagePullSecrets: ['registry'],
    labels: { team: 'rl' },
    annotations: { why: 'a test' },
    imagePullPolicy: 'IfNotPresent',
    sharedMemory: '1Gi',
    expose: 'NodePort',
    exposeAnnotations: { internal: 'true' },
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'arch', operator: 'In', values: ['amd64'] }] }],
        },
      },
    },
    volumes: [
      { mount: '/nfs', nfs: { server: 'files', path: '/export' }, readOnly: true },
      { mount: '/host', hostPath: { path: '/var/data', type: 'DirectoryOrCreate' } },
      { mount: '/ram', emptyDir: { medium: 'Memory', size: '64Mi' } },
      { mount: '/key', secret: 'key' },
      { mount: '/conf', configMap: { name: 'conf', optional: true } },
      { mount: '/data', persistentVolumeClaim: 'data', subPath: 'mine' },
      { mount: '/code', git: { repository: 'https://host/repo.git', revision: 'v1', secret: 'deploy' } },
      { mount: '/token', raw: { projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } } },
    ],
    patch: { spec: { priorityClassName: null, terminationGracePeriodSeconds: 33 } },
  },
  files: ['lib/', 'a.py'],
  secrets: ['/home/me/.key with space'],
  env: { TOKEN: { secret: true, fromEnv: 'TOKEN' }, HARD: '$(A) $$ "x"\n' },
  processes: {
    learner: {
      command: 'echo $(id)',
      preamble: 'cd /tmp',
      bind: { replay: null, parameters: 7100 },
      expose: { web: 8080 },
      restart: 'on-failure',
      stop: { signal: 'INT', timeout: 3.5 },
      resources: { cpu: 0.3333, memory: 123_456_789 },
      kube: { place: { pool: 'gpu', gpus: 1 }, serviceAccount: 'default', limits: { cpu: 2 } },
      ready: { service: 'web' },
    },
    actor: { command, tty: true, replicas: 2, bind: 'own', ready: { command: 'true' }, kube: { workingDir: '/' } },
  },
  groups: { agents: { replicas: 2, processes: { a: { command, bind: ['x', 'y'] }, b: { command } } } },
};

/** Sends manifests to the server as a dry run, and returns them as the server would store them. */
async function dryRun(input: object): Promise<[Manifest, Manifest][]> {
  const spec = parseSpec({ image: 'docker.io/testcluster/busybox:1', ...input }, { baseDir: '/base' });
  const plan = planOnKube(resolveExperiment(spec), { namespace });
  expect(plan.notes).toEqual([]);
  const objects = plan.documents as Manifest[];
  return Promise.all(
    objects.map(async (object) => [object, (await client.create(object, { dryRun: true })) as Manifest] as const),
  ) as Promise<[Manifest, Manifest][]>;
}

/** Fields of the first object that the second lacks: the server drops fields that it does not know. */
function missingFields(sent: unknown, kept: unknown, path = ''): string[] {
  if (typeof sent !== 'object' || sent === null) return [];
  return Object.entries(sent).flatMap(([key, value]) => {
    const there = typeof kept === 'object' && kept !== null && key in kept;
    const at = `${path}.${key}`;
    // The server drops empty values, which mean the same as absent ones.
    if (key === 'stringData' || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0))
      return [];
    return there ? missingFields(value, (kept as Record<string, unknown>)[key], at) : [at];
  });
}

describe('the API server accepts every manifest, and knows every field of it', () => {
  it('with every field set', async () => {
    const checked = await dryRun({ name: 'everything', ...everything });
    const ofSupervisor = ['Deployment', 'Role', 'RoleBinding', 'ServiceAccount'];
    const kinds = ['ConfigMap', 'Secret', 'Service', 'Pod', ...ofSupervisor];
    expect(new Set(checked.map(([{ kind }]) => kind))).toEqual(new Set(kinds));
    for (const [sent, kept] of checked) {
      expect(missingFields(sent, kept), `${sent.kind} ${sent.metadata.name}`).toEqual([]);
    }
  });

  it('of the example', async () => {
    const { startDir: _, ...example } = await loadSpec('examples/rl/rl.yaml');
    for (const [sent, kept] of await dryRun(example)) expect(missingFields(sent, kept)).toEqual([]);
  });

  it('of the longest names', async () => {
    const longest = (name: string) => name.padEnd(63, 'x');
    const processSpec = { command, bind: { [longest('service')]: null }, secrets: '/key', files: 'a' };
    const group = { processes: { [longest('process')]: processSpec } };
    const checked = await dryRun({ name: longest('experiment'), groups: { [longest('group')]: group } });
    expect(checked.length).toBeGreaterThan(4);
  });

  it('in a new namespace', async () => {
    const spec = parseSpec({ name: `${namespace}-own`, image: 'x', processes: { p: { command } } }, { baseDir: '/' });
    const [own] = planOnKube(resolveExperiment(spec)).documents as Manifest[];
    expect(own?.kind).toBe('Namespace');
    expect(await client.create(own as Manifest, { dryRun: true })).toMatchObject(own as object);
  });
});
