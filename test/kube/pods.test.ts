import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { KubeClient } from '../../src/backends/kube/api/kube-client.ts';
import { loadKubeConfig } from '../../src/backends/kube/api/load-kube-config.ts';
import { KubeCluster } from '../../src/backends/kube/kube-cluster.ts';
import { experimentSelector } from '../../src/backends/kube/labels.ts';
import { parseSpec } from '../../src/engine/spec/parse-spec.ts';
import { formatProcess, type ProcessStatus } from '../../src/engine/status.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { waitFor } from '../support/wait-for.ts';

const namespace = 'symphony-pods-test';
const base = { image: 'docker.io/testcluster/node:1', kube: { imagePullPolicy: 'IfNotPresent' } };
const launched: string[] = [];
let home: Awaited<ReturnType<typeof temporaryHome>>;
let client: KubeClient;
let cluster: KubeCluster;

beforeAll(async () => {
  home = await temporaryHome();
  process.env.SYMPHONY_HOME = home.home;
  client = new KubeClient(loadKubeConfig({}));
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: {} } });
  cluster = await KubeCluster.connect({});
});

afterEach(async () => {
  const left = await cluster.deleteBatch(launched.splice(0));
  expect(left.flatMap((result) => ('error' in result ? [result.error.message] : result.leftovers))).toEqual([]);
});

afterAll(async () => {
  await client.remove({ kind: 'Namespace', name: namespace });
  await cluster.close();
  client.close();
  await home.remove();
});

async function launch(name: string, draft: object, baseDir = '/') {
  const spec = parseSpec({ name, ...base, ...draft }, { baseDir });
  launched.push(name);
  await cluster.launch(spec);
}

async function until(name: string, target: string, holds: (status: ProcessStatus) => unknown): Promise<ProcessStatus> {
  let last: ProcessStatus | undefined;
  const look = async () => {
    last = (await cluster.listProcesses(name)).find((status) => formatProcess(status) === target);
    return last !== undefined && holds(last) ? last : undefined;
  };
  try {
    return await waitFor(look, { timeout: 60, what: `${name}/${target}` });
  } catch (error) {
    throw new Error(`${(error as Error).message} It is ${JSON.stringify(last)}.`, { cause: error });
  }
}

async function lines(name: string, target = 'main'): Promise<string[]> {
  await until(name, target, ({ state }) => state === 'succeeded' || state === 'failed');
  const collected = await Array.fromAsync(cluster.logs(name, [{ group: null, name: target }]));
  return collected.filter(({ kind }) => kind === 'line').map(({ text }) => text);
}

it('files arrive where they were, in a folder that can be written to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-carried-'));
  await mkdir(join(folder, 'lib', 'deep'), { recursive: true });
  await writeFile(join(folder, 'lib', 'deep', 'word.mjs'), "export const word = 'carried';\n");
  await writeFile(join(folder, 'main.mjs'), "import { word } from './lib/deep/word.mjs';\nconsole.log(word);\n");
  await writeFile(join(folder, 'a tool.sh'), '#!/bin/sh\necho "tool in $(pwd)"\n');
  await chmod(join(folder, 'a tool.sh'), 0o755);
  await writeFile(join(folder, 'bytes'), Buffer.from([0, 255, 10, 13]));
  try {
    await launch(
      'carried',
      {
        files: ['lib/', 'main.mjs', 'a tool.sh', 'bytes'],
        processes: {
          main: {
            command: 'node main.mjs && "./a tool.sh" && od -An -tu1 bytes && echo kept > lib/own && cat lib/own',
          },
        },
      },
      folder,
    );
    const [word, tool, bytes, kept] = await lines('carried');
    expect([word, tool, bytes?.trim().split(/\s+/), kept]).toEqual([
      'carried',
      `tool in ${folder}`,
      ['0', '255', '10', '13'].map((byte) => expect.stringMatching(new RegExp(`^0*${byte}$`))),
      'kept',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('shared memory is as large as asked for, and a volume is where it was mounted', async () => {
  const kube = {
    ...base.kube,
    sharedMemory: '128Mi',
    volumes: [{ mount: '/ram', emptyDir: { medium: 'Memory', size: '16Mi' } }],
  };
  const command = 'head -c 100000000 /dev/zero > /dev/shm/large && stat -c %s /dev/shm/large; stat -f -c %T /ram';
  await launch('memory', { kube, processes: { main: { command } } });
  expect(await lines('memory')).toEqual(['100000000', 'tmpfs']);
});

it('why a pod waits is told in words', async () => {
  const command = ['sleep', '600'];
  await launch('waiting', {
    processes: {
      image: { command, image: 'docker.io/testcluster/absent:1' },
      gpu: { command, resources: { gpu: 64 }, kube: { nodeSelector: { 'kubernetes.io/os': 'linux' } } },
      selector: { command, kube: { nodeSelector: { nobody: 'has-this' } } },
    },
  });
  const reason = (target: string, pattern: RegExp) =>
    until('waiting', target, (status) => status.state === 'pending' && pattern.test(status.reason ?? ''));
  await reason('image', /^the image docker\.io\/testcluster\/absent:1 cannot be pulled/);
  await reason('gpu', /^cannot be scheduled: .*without enough free nvidia\.com\/gpu/);
  await reason('selector', /^cannot be scheduled: .*its node selector or affinity excludes/);
});

it('a process that uses more memory than it may is said to be out of memory', async () => {
  const command = ['node', '-e', 'const held = []; for (;;) held.push(Buffer.alloc(8e6, 1))'];
  await launch('greedy', { processes: { main: { command, resources: { memory: '96Mi' } } } });
  const { reason } = await until('greedy', 'main', ({ state }) => state === 'failed');
  expect(reason).toBe('out of memory: killed at its limit of 96Mi (exit code 137)');
});

it('experiments side by side in one namespace reach their own services, and go alone', async () => {
  const draft = (word: string) => ({
    kube: { ...base.kube, namespace },
    processes: {
      server: {
        command: [
          'node',
          '-e',
          `require('net').createServer((socket) => socket.end('${word}\\n').on('error', () => {}))
            .listen(process.env.SYMPH_SERVICE_PORT, process.env.SYMPH_SERVICE_HOST)`,
        ],
        bind: 'service',
      },
      main: {
        command: 'until nc $SYMPH_SERVICE_HOST $SYMPH_SERVICE_PORT </dev/null 2>/dev/null; do sleep 0.2; done',
        connect: 'service',
      },
    },
  });
  await launch('side-a', draft('of a'));
  await launch('side-b', draft('of b'));
  expect(await lines('side-a')).toEqual(['of a']);
  expect(await lines('side-b')).toEqual(['of b']);
  const { items } = await client.list('Pod', { namespace, query: { labelSelector: experimentSelector('side-b') } });
  expect(items).toHaveLength(2);
  await cluster.delete('side-a');
  expect((await cluster.listExperiments()).map(({ name }) => name)).toContain('side-b');
  await until('side-b', 'server', ({ state }) => state === 'running');
  launched.splice(launched.indexOf('side-a'), 1);
});

it('a launch that a quota does not allow is refused in words, and leaves nothing', async () => {
  const quota = { metadata: { name: 'small', labels: {} }, spec: { hard: { pods: '2' } } };
  const path = `/api/v1/namespaces/${namespace}/resourcequotas`;
  const body = { apiVersion: 'v1', kind: 'ResourceQuota', ...quota };
  await client.request({ method: 'POST', path, body, doing: 'create resourcequotas' });
  const counted = async () =>
    (await client.request<{ status?: { used?: object } }>({ path: `${path}/small`, doing: 'get resourcequotas' }))
      .status?.used;
  await waitFor(counted, { timeout: 30, what: 'the quota to count' });
  const draft = { kube: { ...base.kube, namespace }, processes: { main: { command: ['sleep', '600'], replicas: 4 } } };
  await expect(launch('too-much', draft)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/the quota small of its namespace is used up: it asks for pods=1; pods=2 of pods=2/),
  });
  launched.splice(launched.indexOf('too-much'), 1);
  expect((await cluster.listExperiments()).map(({ name }) => name)).not.toContain('too-much');
  const { items } = await client.list('Pod', { namespace, query: { labelSelector: experimentSelector('too-much') } });
  expect(items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)).toEqual([]);
});
