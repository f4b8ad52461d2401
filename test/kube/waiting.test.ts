import { expect } from 'vitest';
import { formatProcess } from '../../src/engine/status.ts';
import { Terminal } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';
import { base } from './support/kube-lab.ts';
import { test } from './support/kube-test.ts';

const sleeping = ['sleep', '600'];

/** Why `launch --wait` gives up on an experiment. */
const hopeless: Readonly<Record<string, readonly [process: object, reason: RegExp]>> = {
  'no-image': [
    { command: sleeping, image: 'docker.io/testcluster/absent:1' },
    /^main pending: the image docker\.io\/testcluster\/absent:1 cannot be pulled/,
  ],
  'no-gpu': [
    { command: sleeping, resources: { gpu: 64 } },
    /^main pending: cannot be scheduled: .*without enough free nvidia\.com\/gpu/,
  ],
  'no-volume': [
    {
      command: sleeping,
      // In a namespace that the launch makes it would be refused.
      kube: {
        ...base.kube,
        patch: {
          spec: {
            volumes: [{ name: 'data', projected: { sources: [{ configMap: { name: 'absent' } }] } }],
            containers: [{ name: 'main', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
          },
        },
      },
    },
    /^main pending: a volume cannot be mounted: .*configmap "absent" not found/,
  ],
  'no-secret': [
    {
      command: sleeping,
      kube: {
        ...base.kube,
        patch: { spec: { containers: [{ name: 'main', envFrom: [{ secretRef: { name: 'absent' } }] }] } },
      },
    },
    /^main pending: its container cannot be configured: .*secret "absent" not found/,
  ],
  'crash-loop': [
    // Whatever is seen of its runs, it is never ready.
    { command: 'echo loading; echo "no model here"; exit 3', restart: 'on-failure', ready: { log: 'serving' } },
    /^main ends again and again \(\d restarts\): exit code 3\.\nmain wrote last:\n {2}\| loading\n {2}\| no model here$/,
  ],
};

test('a wait ends with the reason why it is in vain', async ({ lab }) => {
  const waits = Object.entries(hopeless).map(async ([name, [process, reason]]) => {
    lab.adopt(name);
    const spec = { name, startDir: '/', ...base, processes: { main: process } };
    const path = await lab.session.file(`${name}.json`, spec);
    const launch = ['launch', path, '--wait', '--timeout', '200s', '-o', 'json'];
    const { exitCode, stderr } = await lab.session.run(launch, { timeout: 240 });
    expect(exitCode, name).toBe(1);
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
    expect(error.code, name).toBe('failed');
    expect(error.message, name).toMatch(reason);
    // It is there nevertheless, for whoever mends what is wrong.
    expect((await lab.cluster.listProcesses(name)).map(formatProcess)).toEqual(['main']);
  });
  // All of them, also when one is not as it should be: what they launched is ended after that.
  const failures = (await Promise.allSettled(waits)).filter(({ status }) => status === 'rejected');
  expect(failures).toEqual([]);
});

test('what a launch waits for stands on the terminal meanwhile', async ({ lab }) => {
  lab.adopt('shown-waiting');
  const processes = { main: { command: sleeping, kube: { ...base.kube, nodeSelector: { nobody: 'has-this' } } } };
  const path = await lab.session.file('shown.json', { name: 'shown-waiting', startDir: '/', ...base, processes });
  const terminal = Terminal.symphony(lab.session, ['launch', path, '--wait']);
  await terminal.until(/shown-waiting: ready 0\/1 \(main: cannot be scheduled: \S/);
  terminal.type('\x03');
  expect((await terminal.exited).exitCode).toBe(130);
});

test('a process that is being pulled up says what it waits for in its log', async ({ lab }) => {
  await lab.launch('unstarted', {
    processes: { main: { command: sleeping, image: 'docker.io/testcluster/absent:1' } },
  });
  await lab.until('unstarted', 'main', ({ blocked }) => blocked);
  for await (const { kind, text } of lab.follow('unstarted')) {
    expect([kind, text]).toEqual(['notice', expect.stringMatching(/^not started yet: .*absent:1/)]);
    break;
  }
});

test('why an image cannot be pulled is said while its node waits before it tries again, too', async ({ lab }) => {
  const image = 'docker.io/testcluster/absent:1';
  await lab.launch('ks-image', { processes: { main: { command: sleeping, image } } });
  const reasons: Record<string, string> = {};
  const isSeenBackingOff = async () => {
    const [pod] = await lab.pods('symphony/member=main', 'ks-image');
    const phase: string = pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '';
    const [process] = await lab.cluster.listProcesses('ks-image');
    if (/^the image/.test(process?.reason ?? '')) reasons[phase] = process?.reason ?? '';
    return reasons.ImagePullBackOff !== undefined;
  };
  await waitFor(isSeenBackingOff, { timeout: 120, what: 'a node that waits before it tries again' });
  expect([...new Set(Object.values(reasons))]).toEqual([
    expect.stringMatching(/^the image docker\.io\/testcluster\/absent:1 cannot be pulled: \S/),
  ]);
});

test('a process that its liveness probe ends says so', async ({ lab }) => {
  const livenessProbe = {
    exec: { command: ['sh', '-c', 'echo no heart; exit 1'] },
    periodSeconds: 1,
    failureThreshold: 2,
  };
  const kube = { ...base.kube, patch: { spec: { containers: [{ name: 'main', livenessProbe }] } } };
  const command = 'trap "exit 0" TERM; sleep 600 & wait';
  await lab.launch('ks-heart', { processes: { main: { command, kube, restart: 'always', stop: { timeout: 1 } } } });
  await lab.until('ks-heart', 'main', ({ restarts }) => restarts > 0);
  const reasons = async () => {
    const { members } = await lab.cluster.describeExperiment('ks-heart');
    return members[0]?.runs.map(({ reason }) => reason).find((reason) => reason !== undefined);
  };
  expect(await waitFor(reasons, { timeout: 60, what: 'an ended run' })).toMatch(
    /^killed, because its liveness probe failed: no heart.* \(exit code \d+\)$/,
  );
});
