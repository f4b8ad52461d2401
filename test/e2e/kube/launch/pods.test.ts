import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { experimentSelector } from '../../../../src/backends/kube/manifests/labels.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { base } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

test('files arrive at the same path, in a writable folder', async ({ lab }) => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-carried-'));
  await mkdir(join(folder, 'lib', 'deep'), { recursive: true });
  await writeFile(join(folder, 'lib', 'deep', 'word.mjs'), "export const word = 'carried';\n");
  await writeFile(join(folder, 'main.mjs'), "import { word } from './lib/deep/word.mjs';\nconsole.log(word);\n");
  await writeFile(join(folder, 'a tool.sh'), '#!/bin/sh\necho "tool in $(pwd)"\n');
  await chmod(join(folder, 'a tool.sh'), 0o755);
  await writeFile(join(folder, 'bytes'), Buffer.from([0, 255, 10, 13]));
  try {
    await lab.launch(
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
    const [word, tool, bytes, kept] = await lab.lines('carried');
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

test('shared memory has the requested size, and a volume is mounted at its path', async ({ lab }) => {
  const kube = {
    ...base.kube,
    sharedMemory: '128Mi',
    volumes: [{ mount: '/ram', emptyDir: { medium: 'Memory', size: '16Mi' } }],
  };
  const command = 'head -c 100000000 /dev/zero > /dev/shm/large && stat -c %s /dev/shm/large; stat -f -c %T /ram';
  await lab.launch('memory', { kube, processes: { main: { command } } });
  expect(await lab.lines('memory')).toEqual(['100000000', 'tmpfs']);
});

test('the status says why a pod waits', async ({ lab }) => {
  const command = ['sleep', '600'];
  await lab.launch('waiting', {
    processes: {
      image: { command, image: 'docker.io/testcluster/absent:1' },
      gpu: { command, resources: { gpu: 64 }, kube: { nodeSelector: { 'kubernetes.io/os': 'linux' } } },
      selector: { command, kube: { nodeSelector: { absent: 'label' } } },
    },
  });
  const reason = (target: string, pattern: RegExp) =>
    lab.until('waiting', target, (status) => status.state === 'pending' && pattern.test(status.reason ?? ''));
  await reason('image', /^the image docker\.io\/testcluster\/absent:1 cannot be pulled/);
  await reason('gpu', /^cannot be scheduled: .*without enough free nvidia\.com\/gpu/);
  await reason('selector', /^cannot be scheduled: .*its node selector or affinity excludes/);
});

test('a process that exceeds its memory limit is reported as out of memory', async ({ lab }) => {
  const command = ['node', '-e', 'const held = []; for (;;) held.push(Buffer.alloc(8e6, 1))'];
  await lab.launch('greedy', { processes: { main: { command, resources: { memory: '96Mi' } } } });
  const { reason } = await lab.until('greedy', 'main', ({ state }) => state === 'failed');
  expect(reason).toBe('out of memory: killed at its limit of 96Mi (exit code 137)');
});

test('experiments in one namespace reach their own services, and are deleted separately', async ({ lab }) => {
  const namespace = await lab.namespace('symphony-side-by-side');
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
        command: 'until sleep 2 | nc $SYMPH_SERVICE_HOST $SYMPH_SERVICE_PORT 2>/dev/null | grep of; do sleep 0.2; done',
        connect: 'service',
      },
    },
  });
  const foreign = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'side-a-foreign', namespace } };
  const { uid } = (await lab.admin.create(foreign)).metadata;
  await lab.launch('side-a', draft('of a'));
  await lab.launch('side-b', draft('of b'));
  expect(await lab.lines('side-a')).toEqual(['of a']);
  expect(await lab.lines('side-b')).toEqual(['of b']);
  const { items } = await lab.admin.list('Pod', { namespace, query: { labelSelector: experimentSelector('side-b') } });
  expect(items).toHaveLength(2);
  await lab.cluster.delete('side-a');
  expect((await lab.cluster.listExperiments()).map(({ name }) => name)).toContain('side-b');
  await lab.until('side-b', 'server', ({ state }) => state === 'running');
  expect(await lab.objects('side-a')).toEqual([]);
  const left = await lab.admin.get({ kind: 'ConfigMap', name: foreign.metadata.name, namespace });
  expect(left.metadata.uid).toBe(uid);
});

test('a launch beyond a quota is refused with the reason, and leaves nothing', async ({ lab }) => {
  const namespace = await lab.namespace('symphony-quota');
  const quota = { metadata: { name: 'small', labels: {} }, spec: { hard: { pods: '2' } } };
  const path = `/api/v1/namespaces/${namespace}/resourcequotas`;
  const body = { apiVersion: 'v1', kind: 'ResourceQuota', ...quota };
  await lab.admin.request({ method: 'POST', path, body, operation: 'create resourcequotas' });
  const counted = async () =>
    (
      await lab.admin.request<{ status?: { used?: object } }>({
        path: `${path}/small`,
        operation: 'get resourcequotas',
      })
    ).status?.used;
  await waitFor(counted, { timeout: 30, what: 'the quota to count' });
  const draft = { kube: { ...base.kube, namespace }, processes: { main: { command: ['sleep', '600'], replicas: 4 } } };
  await expect(lab.launch('too-much', draft)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(
      /^The quota small of namespace symphony-quota is too small: .* ask for pods=4; already used: pods: 0 of 2\.$/,
    ),
  });
  expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain('too-much');
  const { items } = await lab.admin.list('Pod', {
    namespace,
    query: { labelSelector: experimentSelector('too-much') },
  });
  expect(items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)).toEqual([]);
});

test('a dry run on the server finds impossible specs, with a hint', async ({ lab }) => {
  const namespace = await lab.namespace('ks-limits');
  const range = { limits: [{ type: 'Container', max: { memory: '64Mi' } }] };
  const path = `/api/v1/namespaces/${namespace}/limitranges`;
  const body = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'small' }, spec: range };
  await lab.admin.request({ method: 'POST', path, body, operation: 'create limitranges' });
  const said = async (draft: object, shared = true) => {
    const kube = { ...base.kube, ...(shared && { namespace }) };
    const processes = { main: { command: ['true'], ...draft } };
    const path = await lab.session.file('never.json', { ...base, name: 'ks-never', startDir: '/', kube, processes });
    const { exitCode, stdout, stderr } = await lab.session.run(['launch', path, '--dry-run=server']);
    expect([exitCode, stdout.includes('would accept')], stderr).not.toEqual([0, true]);
    return stderr;
  };
  const small = { memory: '32Mi' };
  const priority = { kube: { patch: { spec: { priorityClassName: 'ks-absent' } } } };
  const messages = [
    await said({ resources: { memory: '1Gi' } }),
    await said({ resources: small, kube: { serviceAccount: 'learner' } }),
    await said({ resources: small, ...priority }),
    await said(priority, false),
    await said({ resources: small, kube: { patch: { spec: { hostNetwrk: true } } } }),
    await said({ kube: { serviceAccount: 'learner' } }, false),
  ];
  expect(messages).toEqual([
    expect.stringContaining('a LimitRange of its namespace says: maximum memory usage per Container is 64Mi'),
    expect.stringContaining('there is no service account learner in namespace ks-limits'),
    expect.stringContaining('there is no PriorityClass ks-absent'),
    expect.stringContaining('there is no PriorityClass ks-absent'),
    expect.stringContaining('Pod ks-never-main-'),
    expect.stringContaining(
      'names the service account learner, which does not exist in the namespace that the launch makes',
    ),
  ]);
  expect(messages[4]).toContain('does not know the field spec.hostNetwrk');
  for (const message of messages) expect(message).not.toContain('for this right');
});

test('following more logs than the limit is refused, naming the setting', async ({ lab }) => {
  const command = 'echo here; sleep 600';
  await lab.launch('many-logs', { processes: { main: { command, replicas: 3 } } });
  await lab.until('many-logs', 'main-2', 'running');
  const follow = (env: Record<string, string>) =>
    lab.session.run(['logs', '-f', 'main-0', 'main-1', 'main-2', '-e', 'many-logs'], { env, timeout: 30 });
  const { exitCode, stderr } = await follow({ SYMPHONY_LOG_STREAMS: '2' });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
  expect(stderr).toMatch(/^error: 3 logs are too many to follow at once: 2 are the limit\.\n.*logStreams/);
  // Without following, the logs are read one after another.
  const texts = await lab.session.ok(['logs', 'main-0', 'main-1', 'main-2', '-e', 'many-logs'], {
    env: { SYMPHONY_LOG_STREAMS: '2' },
  });
  expect(texts.match(/here/g)).toHaveLength(3);
});
