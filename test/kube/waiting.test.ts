import { expect } from 'vitest';
import { formatProcess } from '../../src/engine/status.ts';
import { Terminal } from '../support/terminal.ts';
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
