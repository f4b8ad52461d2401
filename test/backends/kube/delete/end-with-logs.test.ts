import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { endWithLogs } from '../../../../src/backends/kube/delete/end-with-logs.ts';
import { labels } from '../../../../src/backends/kube/manifests/labels.ts';
import { type Lab, test } from '../api/support/lab.ts';

const known = {
  name: 'rl',
  location: { experiment: 'rl', namespace: 'rl', ownNamespace: true },
  launches: ['first'],
  isDeleting: true,
};

const pod = (name: string, phase: string, state: object) => ({
  metadata: { name, namespace: 'rl', uid: `uid-${name}`, resourceVersion: '6', labels: { [labels.member]: name } },
  spec: { nodeName: 'node', terminationGracePeriodSeconds: 1, containers: [{ name }] },
  status: { phase, containerStatuses: [{ name, state }] },
});

/** Serves pods that run, and ends each when it is asked to, unless the request is refused with a status. */
async function serve(
  lab: Lab,
  names: readonly string[],
  refuse: (name: string) => number | undefined = () => undefined,
) {
  const requests: string[] = [];
  let watcher: ServerResponse | undefined;
  // A watch begins at the version of the list.
  const changes: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    if (request.method === 'PATCH') {
      requests.push('patch');
      const name = pathname.split('/').at(-1) ?? '';
      expect(JSON.parse(await text(request))).toMatchObject({ spec: { activeDeadlineSeconds: 1 } });
      const status = refuse(name);
      response.statusCode = status ?? 200;
      response.end(JSON.stringify(status === undefined ? pod(name, 'Running', {}) : { kind: 'Status', code: status }));
      if (status !== undefined) return;
      const object = pod(name, 'Failed', { terminated: { exitCode: 143 } });
      const change = `${JSON.stringify({ type: 'MODIFIED', object })}\n`;
      if (watcher === undefined) changes.push(change);
      else watcher.write(change);
    } else if (searchParams.has('watch')) {
      requests.push('watch');
      watcher = response;
      response.flushHeaders();
      for (const change of changes) response.write(change);
    } else {
      requests.push('list');
      const items = names.map((name) => pod(name, 'Running', { running: {} }));
      response.end(JSON.stringify({ metadata: { resourceVersion: '5' }, items }));
    }
  };
  const server = await lab.server((request, response) => void answer(request, response));
  return { client: await lab.client(server.url), requests };
}

test('one list and one watch serve for all pods', async ({ lab }) => {
  const names = Array.from({ length: 50 }, (_, index) => `agent-${index}`);
  const { client, requests } = await serve(lab, names);
  const reports: (number | undefined)[] = [];
  expect(await endWithLogs(client, known, { onProgress: ({ done }) => void reports.push(done) })).toEqual([]);
  const count = (what: string) => requests.filter((request) => request === what).length;
  expect([count('list'), count('watch'), count('patch')]).toEqual([1, 1, 50]);
  expect(reports.at(-1)).toBe(50);
});

test('a pod that may not be asked is not waited for, and told', async ({ lab }) => {
  const { client } = await serve(lab, ['a', 'b'], (name) => (name === 'b' ? 403 : undefined));
  expect(await endWithLogs(client, known, {})).toEqual(['1 of 2 pods had not ended when their logs were read']);
});

test('a server that is busy is asked again', async ({ lab }) => {
  let refusals = 2;
  const { client } = await serve(lab, ['a'], () => (refusals-- > 0 ? 503 : undefined));
  expect(await endWithLogs(client, known, {})).toEqual([]);
});
