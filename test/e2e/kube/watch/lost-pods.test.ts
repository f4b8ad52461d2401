import { expect } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { evict, withContention } from '../support/disruptions.ts';
import type { KubeLab } from '../support/kube-lab.ts';
import { concurrentTest as test } from '../support/kube-test.ts';

/** Exits with 0 on SIGTERM, so that only the deletion shows that it did not end by itself. */
const obliging = { command: "trap 'exit 0' TERM; sleep 600 & wait", stop: { timeout: 5 } };

/** The ways to end a pod from outside. */
const endings: Readonly<Record<string, (lab: KubeLab, namespace: string, pod: string) => Promise<unknown>>> = {
  'ks-deleted': (lab, namespace, name) => lab.admin.remove({ kind: 'Pod', name, namespace }),
  'ks-evicted': evict,
};

test.for(Object.keys(endings))(
  'a process whose pod is ended from outside has not succeeded: %s',
  async (name, { lab }) => {
    await lab.launch(name, { processes: { once: obliging, other: obliging } });
    await lab.cluster.wait(name, { for: 'ready', timeout: 120 });
    const done = lab.cluster.wait(name, { for: 'done', timeout: 120 });
    done.catch(() => undefined);
    for (const pod of ['once', 'other']) await endings[name]?.(lab, name, pod);
    await expect(done).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/^once lost: .*(deleted by hand|evicted).*; other lost: /),
    });
    const [experiment] = (await lab.cluster.listExperiments()).filter((found) => found.name === name);
    expect(experiment).toMatchObject({ state: 'failed', processes: { failed: 2, succeeded: 0 } });
  },
);

test('a process that exited with 0 before its pod was deleted has succeeded', async ({ lab }) => {
  await lab.launch('ks-cleaned', { groups: { both: { processes: { early: { command: 'exit 0' }, late: obliging } } } });
  const { finishedAt = '' } = await lab.until('ks-cleaned', 'both/early', 'succeeded');
  await lab.until('ks-cleaned', 'both/late', 'running');
  // Kubernetes has times in whole seconds.
  await waitFor(() => Date.now() > Date.parse(finishedAt) + 2_000, { what: 'a later second' });
  const finalizers = ['symphony.test/held'];
  const pod = { kind: 'Pod', name: 'both', namespace: 'ks-cleaned' } as const;
  // The finalizer keeps the pod readable after its end.
  await lab.admin.patch(pod, { metadata: { finalizers } });
  try {
    await lab.admin.remove(pod);
    await lab.until('ks-cleaned', 'both/late', 'lost');
    await lab.until('ks-cleaned', 'both/early', 'succeeded');
  } finally {
    await lab.admin.patch(pod, { metadata: { finalizers: null } });
  }
});

test('a preempted process names the pod that preempted it', async ({ lab }) => {
  const { node = '' } = await launchOn(lab, 'ks-where', {});
  await withContention(lab, node, async ({ wanted, priorityClassName }) => {
    await launchOn(lab, 'ks-low', wanted);
    await launchOn(lab, 'ks-high', { ...wanted, patch: { spec: { priorityClassName } } });
    const { reason } = await lab.until('ks-low', 'main', 'lost');
    expect(reason).toMatch(/preempted by pod ks-high\/main, which has a higher priority$/);
    // The reason stays once only the event is left of the pod.
    const gone = /^its pod main is gone: preempted by pod ks-high\/main, which/;
    await lab.until('ks-low', 'main', (status) => gone.test(status.reason ?? ''), 120);
  });
});

/** Launches one process, and resolves with its status once it runs. */
async function launchOn(lab: KubeLab, name: string, kube: object) {
  await lab.launch(name, { processes: { main: { ...obliging, kube: { imagePullPolicy: 'IfNotPresent', ...kube } } } });
  return lab.until(name, 'main', 'running');
}

test('the log of a process ends with a notice when its pod is deleted, and is reported as gone later', async ({
  lab,
}) => {
  const command = "trap 'exit 0' TERM; echo here; sleep 600 & wait";
  await lab.launch('ks-log', { processes: { main: { command, stop: { timeout: 2 } }, other: { command } } });
  await lab.until('ks-log', 'main', 'running');
  await lab.until('ks-log', 'other', 'running');
  const seen: string[] = [];
  const following = (async () => {
    for await (const { kind, text } of lab.follow('ks-log')) seen.push(`${kind} ${text}`);
  })();
  await waitFor(() => seen.includes('line here'), { timeout: 60, what: 'a line' });
  await lab.admin.remove({ kind: 'Pod', name: 'main', namespace: 'ks-log' });
  await following;
  expect(seen).toEqual([
    'line here',
    expect.stringMatching(/^notice its pod main is (being deleted|gone, and its log)/),
  ]);
  await lab.until('ks-log', 'main', ({ reason = '' }) => reason.startsWith('its pod main is gone'), 120);
  for (const options of [[], ['-f']]) {
    const one = await lab.session.run(['logs', 'main', '-e', 'ks-log', ...options], { timeout: 60 });
    expect(one).toMatchObject({ exitCode: 3, stdout: '' });
    expect(one.stderr).toContain('error: The log of main is gone with its pod main.');
  }
  // The logs of other processes come first.
  const both = await lab.session.run(['logs', 'main', 'other', '-e', 'ks-log'], { timeout: 60 });
  expect(both).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('here') });
  expect(both.stderr).toContain('The log of main is gone');
});
