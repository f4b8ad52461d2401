import { json } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { containerRuns } from '../../../../src/backends/kube/status/pod-runs.ts';
import { readDecisions } from '../../../../src/backends/kube/supervisor/decisions.ts';
import type { Notice } from '../../../../src/engine/contract/notices.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { type Lab, test } from '../api/support/lab.ts';
import { type Intercept, launch } from './support/launched-experiment.ts';
import { ending } from './support/object-server.ts';

const limits = { command: 'x', restart: 'on-failure', maxRestarts: 1, alive: { silence: 1 } };

test('a silent run is ended and started again as its policy says, and its end is kept', async ({ lab }) => {
  const trial = await launch(lab, { processes: { main: limits, busy: { ...limits, alive: { silence: 2 } } } });
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
  const trial = await launch(lab, { processes: { main: { command: 'x', restart: 'always', maxRestarts: 9 } } });
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
  const processes = { learner: { command: 'x' }, agent: { command: 'x' } };
  const trial = await launch(lab, { processes }, { notify });
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

/** Starts in order, restarts once, and ends with its learner. */
const training = {
  endsWith: { processes: ['learner'] },
  processes: {
    prepare: { command: 'x' },
    flaky: { command: 'x', restart: 'on-failure', maxRestarts: 1 },
    learner: { command: 'x', after: { prepare: 'succeeded', flaky: 'ended' } },
    agent: { command: 'x', restart: 'always' },
  },
};

/** A supervisor is killed at one of its writes: before the server has got it, or after the server has carried it out. */
interface Kill {
  readonly write: number;
  readonly moment: 'before' | 'after';
}

/** Runs an experiment to its end. @returns what it has become, and the number of writes */
async function train(lab: Lab, kill?: Kill) {
  let writes = 0;
  let end: () => Promise<void> = async () => undefined;
  const killed: Promise<void>[] = [];
  const intercept: Intercept = (request, response, next) => {
    const isEvent = request.url?.includes('/events');
    if (request.method === 'GET' || isEvent) return next();
    writes += 1;
    if (writes - 1 !== kill?.write) return next();
    const replace = () => {
      killed.push(end());
      end = trial.begin();
    };
    if (kill.moment === 'after') {
      response.once('finish', replace);
      return next();
    }
    replace();
    request.socket.destroy();
  };
  const trial = await launch(lab, training, { intercept });
  const exit = (name: string, exitCode: number) => {
    const pod = trial.pod(name);
    if (pod?.status.phase === 'Running') trial.objects.put('pods', ending(pod, exitCode));
  };
  const ends = () => trial.events().filter((event) => event.startsWith('Over'));
  return async () => {
    end = trial.begin();
    const node = setInterval(() => {
      for (const [name, exitCode] of [
        ['prepare', 0],
        ['flaky', 5],
        ['flaky.r1', 5],
        ['learner', 0],
      ] as const)
        exit(name, exitCode);
    }, 20);
    try {
      await waitFor(() => ends().length > 0 && trial.pod('agent')?.status.phase === 'Failed', {
        timeout: 60,
        what: `the end (${JSON.stringify(kill)})`,
      });
    } finally {
      clearInterval(node);
      await Promise.all([...killed, end()]);
    }
    const pods = trial.objects.all('pods').map(({ metadata: { name, annotations: notes } }) => ({
      name,
      stopped: notes?.[annotations.stopped],
      runs: containerRuns(trial.pod(name) as never, name.split('.')[0] as string).map(({ run, exitCode }) => [
        run,
        exitCode,
      ]),
    }));
    return {
      writes,
      kills: killed.length,
      outcome: { pods: pods.toSorted((a, b) => (a.name < b.name ? -1 : 1)), ends: ends() },
    };
  };
}

test('a supervisor that is killed at any of its writes leaves to the next one what remains', {
  timeout: 120_000,
}, async ({ lab }) => {
  const { writes, outcome } = await (await train(lab))();
  expect(outcome.pods).toEqual([
    { name: 'agent', stopped: 'learner ended the experiment', runs: [[1, 143]] },
    { name: 'flaky', runs: [[1, 5]] },
    {
      name: 'flaky.r1',
      runs: [
        [1, 5],
        [2, 5],
      ],
    },
    { name: 'learner', runs: [[1, 0]] },
    { name: 'prepare', runs: [[1, 0]] },
  ]);
  expect(outcome.ends).toEqual(['Over: succeeded, by endsWith: learner ended the experiment']);
  const moments = ['before', 'after'] as const;
  const kills = Array.from({ length: writes }, (_, write) => moments.map((moment) => ({ write, moment })));
  const trainings: Awaited<ReturnType<typeof train>>[] = [];
  for (const kill of kills.flat()) trainings.push(await train(lab, kill));
  const ends = await Promise.all(trainings.map((run) => run()));
  for (const end of ends) expect(end.outcome).toEqual(outcome);
  // One that sees two changes at once needs a write less.
  expect(ends.filter((end) => end.kills === 1).length).toBeGreaterThanOrEqual(writes);
});

test('a pod that the watch has not seen yet when its experiment is scaled does not count as lost', async ({ lab }) => {
  const trial = await launch(lab, { processes: { agent: { command: 'x', replicas: 1 } } });
  const end = trial.begin();
  const exit = (name: string) => {
    const pod = ending(trial.pod(name) as KubeObject, 0);
    trial.objects.put('pods', { ...pod, status: { ...pod.status, phase: 'Succeeded' } } as KubeObject);
  };
  await waitFor(() => trial.recorded()?.metadata.annotations?.[annotations.supervised] !== undefined);
  const first = trial.pod('agent-0') as KubeObject;
  const named = JSON.parse(JSON.stringify(first).replaceAll('agent-0', 'agent-1')) as KubeObject;
  const added = { ...named, metadata: { ...named.metadata, uid: 'late' } } as KubeObject;
  exit('agent-0');
  // The server has the pod, and the watch has not told of it.
  trial.objects.objects.set('pods/agent-1', added);
  const lists = () => trial.server.requests.filter(({ url = '' }) => /\/pods\?(?!.*watch)/.test(url)).length;
  const before = lists();
  const agent = { command: 'x', replicas: 2 };
  const spec = parseSpec({ name: 'rl', image: 'x', endsWith: ['agent'], processes: { agent } }, { baseDir: '/' });
  const record = trial.recorded() as KubeObject;
  trial.objects.put('configmaps', { ...record, data: { ...record.data, spec: JSON.stringify(spec) } });
  await waitFor(() => lists() > before + 1, { what: 'a second look at the pods' });
  const over = () => readDecisions({ data: trial.recorded()?.data }).over;
  expect(over()).toBeUndefined();
  trial.objects.put('pods', added);
  exit('agent-1');
  expect(await waitFor(over, { what: 'the end of the experiment' })).toMatchObject({ outcome: 'succeeded' });
  await end();
});
