import { expect } from 'vitest';
import { formatProcess } from '../../../../src/engine/contract/status.ts';
import { Terminal } from '../../../support/terminal.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { base } from '../support/kube-lab.ts';
import { concurrentTest as test } from '../support/kube-test.ts';

const sleeping = ['sleep', '600'];

/** Processes that can never become ready, and why `launch --wait` gives up. */
const hopeless: Readonly<Record<string, readonly [processSpec: object, reason: RegExp]>> = {
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
      // The volume is in a patch, because a launch into a new namespace refuses one in the section.
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
    // The process is never ready, whichever of its runs the watch sees.
    { command: 'echo loading; echo "no model here"; exit 3', restart: 'on-failure', ready: { log: 'serving' } },
    /^main ends again and again \(\d restarts\): exit code 3\.\nmain wrote last:\n {2}\| loading\n {2}\| no model here$/,
  ],
};

test('a wait that cannot succeed ends with the reason', async ({ lab }) => {
  const waits = Object.entries(hopeless).map(async ([name, [processSpec, reason]]) => {
    lab.adopt(name);
    const spec = { name, startDir: '/', ...base, processes: { main: processSpec } };
    const path = await lab.session.file(`${name}.json`, spec);
    const launch = ['launch', path, '--wait', '--timeout', '200s', '-o', 'json'];
    const { exitCode, stderr } = await lab.session.run(launch, { timeout: 240 });
    expect(exitCode, name).toBe(1);
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
    expect(error.code, name).toBe('failed');
    expect(error.message, name).toMatch(reason);
    // The experiment stays, so that its cause can be fixed.
    expect((await lab.cluster.listProcesses(name)).map(formatProcess)).toEqual(['main']);
  });
  // The test waits for every launch even if one fails, because the experiments are deleted afterwards.
  const failures = (await Promise.allSettled(waits)).filter(({ status }) => status === 'rejected');
  expect(failures).toEqual([]);
});

test('the terminal shows what a launch waits for', async ({ lab }) => {
  lab.adopt('shown-waiting');
  const processes = { main: { command: sleeping, kube: { ...base.kube, nodeSelector: { absent: 'label' } } } };
  const path = await lab.session.file('shown.json', { name: 'shown-waiting', startDir: '/', ...base, processes });
  const terminal = Terminal.symphony(lab.session, ['launch', path, '--wait']);
  await terminal.until(/shown-waiting: ready 0\/1 \(main: cannot be scheduled: \S/);
  terminal.type('\x03');
  expect((await terminal.exited).exitCode).toBe(130);
});

test('the log of a process that has not started says what it waits for', async ({ lab }) => {
  await lab.launch('unstarted', {
    processes: { main: { command: sleeping, image: 'docker.io/testcluster/absent:1' } },
  });
  await lab.until('unstarted', 'main', ({ blocked }) => blocked);
  const { value } = await lab.follow('unstarted').next();
  expect(value).toMatchObject({ kind: 'notice', text: expect.stringMatching(/^not started yet: .*absent:1/) });
});

test('the reason for a failed image pull is reported during the back-off of the node, too', async ({ lab }) => {
  const image = 'docker.io/testcluster/absent:1';
  await lab.launch('ks-image', { processes: { main: { command: sleeping, image } } });
  const reasons: Record<string, string> = {};
  const isSeenBackingOff = async () => {
    const [pod] = await lab.pods('symphony/member=main', 'ks-image');
    const phase: string = pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '';
    const [status] = await lab.cluster.listProcesses('ks-image');
    if (/^the image/.test(status?.reason ?? '')) reasons[phase] = status?.reason ?? '';
    return reasons.ImagePullBackOff !== undefined;
  };
  await waitFor(isSeenBackingOff, { timeout: 120, what: 'a node that waits before it tries again' });
  expect([...new Set(Object.values(reasons))]).toEqual([
    expect.stringMatching(/^the image docker\.io\/testcluster\/absent:1 cannot be pulled: \S/),
  ]);
});

test('a process that a failed liveness probe ended says so', async ({ lab }) => {
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
