import '../../../../src/backends/index.ts';
import { json } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { assignServices } from '../../../../src/backends/kube/manifests/assign-services.ts';
import { buildManifests } from '../../../../src/backends/kube/manifests/build-manifests.ts';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { podTemplateObjects } from '../../../../src/backends/kube/manifests/pod-templates.ts';
import { toKubeExperiment } from '../../../../src/backends/kube/section/kube-experiment.ts';
import { locateExperiment } from '../../../../src/backends/kube/section/kube-plan.ts';
import { containerRuns } from '../../../../src/backends/kube/status/pod-runs.ts';
import { ExperimentSupervisor } from '../../../../src/backends/kube/supervisor/experiment-supervisor.ts';
import type { KubeNotify } from '../../../../src/backends/kube/supervisor/notify-secret.ts';
import type { Notice } from '../../../../src/engine/contract/notices.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { type Lab, test } from '../api/support/lab.ts';
import { ending, ObjectServer, started } from './support/object-server.ts';

/** A launched experiment, and supervisors of it. @param notify where they send notices */
async function launch(lab: Lab, processes: object, notify?: KubeNotify) {
  const objects = new ObjectServer();
  const spec = parseSpec({ name: 'rl', image: 'x', processes }, { baseDir: '/' });
  const resolved = resolveExperiment(spec);
  const location = locateExperiment(resolved);
  const services = assignServices(resolved, location);
  const rules = notify === undefined ? { isStrict: true } : { isStrict: false, isForNotices: true as const };
  const supervision = { kind: 'pod' as const, ...rules };
  const context = { location, launchId: 'launch-1', version: '0', spec, services, supervision };
  const built = buildManifests(toKubeExperiment(resolved, []), context);
  const pods = built.filter(({ kind }) => kind === 'Pod');
  const launched = { [annotations.launched]: new Date().toISOString() };
  for (const object of [...built, ...podTemplateObjects(pods, context)]) {
    const isRecord = object.kind === 'ConfigMap' && object.metadata.labels['symphony/role'] === 'spec';
    const metadata = isRecord ? { ...object.metadata, annotations: launched } : object.metadata;
    if (object.kind === 'ConfigMap') objects.put('configmaps', { ...object, metadata } as KubeObject);
    if (object.kind === 'Pod') objects.put('pods', started(object as KubeObject));
  }
  const server = await lab.server(objects.answer);
  const client = await lab.client(server.url);
  const record = built.find(({ metadata }) => metadata.labels['symphony/role'] === 'spec')?.metadata.name ?? '';
  const place = { namespace: location.namespace, record, experiment: 'rl', launchId: 'launch-1' };
  const said: string[] = [];
  const begin = () => {
    const controller = new AbortController();
    const report = (line: string) => said.push(line);
    const running = new ExperimentSupervisor(client, place, report, controller.signal, notify).run();
    return async () => {
      controller.abort();
      await running;
    };
  };
  const pod = (name: string) => objects.objects.get(`pods/${name}`);
  const events = () => objects.all('events').map(({ reason, message }) => `${reason}: ${message}`);
  const recorded = () => objects.objects.get(`configmaps/${record}`);
  return { objects, server, begin, pod, events, recorded, said };
}

const limits = { command: 'x', restart: 'on-failure', maxRestarts: 1, alive: { silence: 1 } };

test('a silent run is ended and started again as its policy says, and its end is kept', async ({ lab }) => {
  const trial = await launch(lab, { main: limits, busy: { ...limits, alive: { silence: 2 } } });
  const writing = setInterval(() => trial.objects.lastLines.set('busy', new Date().toISOString()), 100);
  const end = trial.begin();
  try {
    await waitFor(() => trial.pod('main.r1')?.metadata.annotations?.[annotations.stopped] !== undefined, {
      what: 'the end of the second run',
    });
    expect(containerRuns(trial.pod('main.r1') as never, 'main')).toMatchObject([
      { run: 1, exitCode: 143, reason: 'wrote nothing for 1s' },
      { run: 2, exitCode: 143, reason: 'wrote nothing for 1s' },
    ]);
    expect(trial.pod('main.r2')).toBeUndefined();
    expect(trial.pod('busy')?.status.phase).toBe('Running');
    await waitFor(() => trial.events().length >= 3, { what: 'the events' });
    expect(trial.events().toSorted()).toEqual([
      'BackOff: waits for its restart: wrote nothing for 1s',
      'Hangs: wrote nothing for 1s',
      'Hangs: wrote nothing for 1s',
    ]);
  } finally {
    clearInterval(writing);
    await end();
  }
});

test('a pod that was deleted is created again with the end of its run, unless nothing saw it go', async ({ lab }) => {
  const trial = await launch(lab, { main: { command: 'x', restart: 'always', maxRestarts: 9 } });
  let end = trial.begin();
  await waitFor(() => trial.server.requests.filter(({ url }) => url?.includes('watch')).length >= 2);
  trial.objects.deletePod('main');
  const second = await waitFor(() => trial.pod('main.r1'), { what: 'the next pod' });
  expect(containerRuns(second as never, 'main')).toMatchObject([
    { run: 1, exitCode: 143, reason: expect.stringMatching(/deleted by hand/) },
    { run: 2 },
  ]);
  await end();
  trial.objects.deletePod('main.r1');
  end = trial.begin();
  const third = await waitFor(() => trial.pod('main.r2'), { what: 'the pod after that' });
  expect(containerRuns(third as never, 'main').map(({ run }) => run)).toContain(3);
  await end();
});

test('a supervisor without rules tells a webhook once of what happens to the pods, and the next one goes on', async ({
  lab,
}) => {
  const told: Notice[] = [];
  const hook = await lab.server(async (request, response) => {
    told.push((await json(request)) as Notice);
    response.end();
  });
  const notify = { webhook: `${hook.url}/secret-token` };
  const trial = await launch(lab, { learner: { command: 'x' }, agent: { command: 'x' } }, notify);
  const exit = (name: string, exitCode: number) =>
    trial.objects.put('pods', ending(trial.pod(name) as KubeObject, exitCode));
  const decisions = () => (trial.recorded()?.data as Record<string, string> | undefined)?.decisions;
  const end = trial.begin();
  await waitFor(() => trial.recorded()?.metadata.annotations?.[annotations.supervised] !== undefined);
  exit('agent', 3);
  await waitFor(() => decisions() !== undefined);
  expect(told).toMatchObject([{ kind: 'failed', text: 'rl: agent failed (exit code 3)', backend: 'kube' }]);
  expect(JSON.parse(decisions() ?? '')).toMatchObject({ told: ['failed /agent 0'] });
  await waitFor(() => trial.events().length > 0);
  await end();
  const endNext = trial.begin();
  exit('learner', 0);
  await waitFor(() => told.length > 1);
  expect(told.slice(1)).toMatchObject([{ kind: 'done', text: 'rl failed: agent failed (exit code 3)' }]);
  await endNext();
  expect(JSON.stringify([trial.recorded(), trial.events(), trial.said])).not.toContain('secret-token');
});
