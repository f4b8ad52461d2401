import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { LogFollower } from '../../../../src/backends/kube/logs/log-follower.ts';
import { PodTracker } from '../../../../src/backends/kube/logs/pod-tracker.ts';
import { labels } from '../../../../src/backends/kube/manifests/labels.ts';
import type { LogOptions } from '../../../../src/engine/contract/logs.ts';
import { refuse } from '../api/support/api-server.ts';
import { type Lab, test } from '../api/support/lab.ts';

const reference = { group: null, name: 'main' };

interface ContainerStatus {
  readonly restartCount?: number;
  readonly state: object;
  readonly lastState?: object;
}

/** The pod as the API shows it. */
function podJson({ restartCount = 0, ...status }: ContainerStatus, phase = 'Running') {
  return {
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'team', uid: 'u', resourceVersion: '6', labels: { [labels.member]: 'main' } },
    spec: { restartPolicy: 'OnFailure', containers: [{ name: 'main' }] },
    status: {
      phase,
      containerStatuses: [{ name: 'main', containerID: restartCount === 0 ? 'a' : 'b', restartCount, ...status }],
    },
  };
}

const at = (second: number) => `2026-11-28T09:00:0${second}Z`;
const terminated = (containerID: string, exitCode: number, second: number) => ({
  terminated: { containerID, exitCode, startedAt: at(second), finishedAt: at(second) },
});
const running = (second: number) => ({ running: { startedAt: at(second) } });
const secondRun = podJson(
  { restartCount: 1, state: terminated('b', 0, 2), lastState: terminated('a', 9, 1) },
  'Succeeded',
);

const first = '2026-11-28T09:00:01.000000001Z first\n';
const second = '2026-11-28T09:00:02.000000001Z second\n';
const noPrevious = refuse(400, 'BadRequest', 'previous terminated container "main" in pod "p" not found');

interface Node {
  /** The pod at first. */
  readonly shown: object;
  /** The pod after the first request for a previous log. */
  readonly later?: object;
  /** The log of the newest container, from the node's own view; without it, the pod is deleted before the read. */
  readonly newest?: string;
  /** The log of the previous container, likewise. */
  readonly previous?: string;
}

/** Follows the log of a process on a server that shows the pod's state later than the node has it. */
async function follow(lab: Lab, { shown, later, newest, previous }: Node, options: LogOptions = {}) {
  const asked: string[] = [];
  let watch: ServerResponse | undefined;
  const answerLog = (query: URLSearchParams, request: IncomingMessage, response: ServerResponse) => {
    const wantsPrevious = query.get('previous') === 'true';
    asked.push(wantsPrevious ? 'previous' : 'newest');
    if (wantsPrevious && later !== undefined) {
      watch?.write(`${JSON.stringify({ type: 'MODIFIED', object: later })}\n`);
    }
    if (newest === undefined) {
      watch?.write(`${JSON.stringify({ type: 'DELETED', object: shown })}\n`);
      refuse(404, 'NotFound', 'pods "p" not found')(request, response);
    } else if (!wantsPrevious) response.end(newest);
    else if (previous === undefined) noPrevious(request, response);
    else response.end(previous);
  };
  const server = await lab.server((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://server');
    if (pathname.endsWith('/log')) answerLog(query, request, response);
    else if (query.has('watch')) {
      response.flushHeaders();
      watch = response;
    } else response.end(JSON.stringify({ metadata: { resourceVersion: '5' }, items: [shown] }));
  });
  const client = await lab.client(server.url);
  const controller = new AbortController();
  const { signal } = controller;
  const podTracker = new PodTracker(client, 'team', '', signal);
  await podTracker.ready;
  const follower = new LogFollower(client, podTracker, reference, { ...options, signal });
  const lines = (await Array.fromAsync(follower.lines())).flat();
  controller.abort();
  return { asked, lines: lines.map(({ run, kind, text }) => (kind === 'line' ? `${run}: ${text}` : text)) };
}

const bothRuns = ['1: first', 'run 1 exited with code 9; run 2 begins', '2: second'];

test('lines of a run that the API does not show yet are not taken for those of the run before', async ({ lab }) => {
  const race = { later: secondRun, newest: second, previous: first };
  const isRunning = podJson({ state: { ...running(1) }, lastState: {} });
  const hasEnded = podJson({ state: terminated('a', 9, 1) });
  for (const shown of [isRunning, hasEnded]) {
    for (const options of [{}, { tail: 10 }]) {
      const { lines } = await follow(lab, { shown, ...race }, options);
      expect(lines).toEqual(bothRuns);
    }
  }
});

test('between two runs the ended one is read as the previous one', async ({ lab }) => {
  const shown = podJson({
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: terminated('a', 9, 1),
  });
  const { asked, lines } = await follow(lab, { shown, later: secondRun, newest: second, previous: first });
  expect(lines).toEqual(bothRuns);
  expect(asked[0]).toBe('previous');
});

test('the only run of a pod is read once to its end', async ({ lab }) => {
  const shown = podJson({ state: terminated('a', 0, 1) }, 'Succeeded');
  const { asked, lines } = await follow(lab, { shown, newest: first });
  expect(lines).toEqual(['1: first']);
  expect(asked).toEqual(['newest']);
});

test('a run that the node knows as its newest is read without delay', async ({ lab }) => {
  const over = podJson({ state: terminated('a', 0, 1) }, 'Succeeded');
  const { lines } = await follow(lab, { shown: podJson({ state: running(1) }), later: over, newest: first });
  expect(lines).toEqual(['1: first']);
});

test('a follower whose pod is deleted before it has read a line says that the log is gone', async ({ lab }) => {
  const { lines } = await follow(lab, { shown: podJson({ state: running(1) }) });
  expect(lines).toEqual(['its pod p is gone, and its log with it']);
});
