import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { type ListWatchEvent, listAndWatch } from '../../../../src/backends/kube/api/list-watch.ts';
import { type Lab, test } from './support/lab.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const record = (type: string, version: string, name = 'p') =>
  `${JSON.stringify({ type, object: { kind: 'Pod', metadata: { name, resourceVersion: version } } })}\n`;
const expired = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })}\n`;

/** Lists nothing, and answers the watches in order with these; later ones get no answer. Resolves after that many watches. */
async function watch(lab: Lab, answers: readonly Answer[], watches = answers.length) {
  const requests: URLSearchParams[] = [];
  const controller = new AbortController();
  const waiting = [...answers];
  const server = await lab.server((request, response) => {
    const query = new URL(request.url ?? '/', 'http://server').searchParams;
    requests.push(query);
    if (!query.has('watch')) {
      response.end(JSON.stringify({ metadata: { resourceVersion: '5' }, items: [] }));
      return;
    }
    response.flushHeaders();
    if (requests.filter((one) => one.has('watch')).length === watches) controller.abort();
    else waiting.shift()?.(response, request);
  });
  const events: ListWatchEvent[] = [];
  const client = await lab.client(server.url);
  for await (const event of listAndWatch(client, { kind: 'Pod', signal: controller.signal })) events.push(event);
  const asked = requests.map((query) => (query.has('watch') ? `watch ${query.get('resourceVersion')}` : 'list'));
  return { asked, events: events.map(({ type }) => type) };
}

test('a watch that is cut goes on from the last version, bookmarks included', async ({ lab }) => {
  const cut: Answer = (response) => response.write(record('ADDED', '7'), () => response.destroy());
  const bookmark: Answer = (response) => response.write(record('BOOKMARK', '9'), () => response.destroy());
  expect(await watch(lab, [cut, bookmark], 3)).toEqual({
    asked: ['list', 'watch 5', 'watch 7', 'watch 9'],
    events: ['list', 'put'],
  });
});

test('a version that has expired is listed anew', async ({ lab }) => {
  const answers: Answer[] = [(response) => response.end(expired)];
  expect(await watch(lab, answers, 2)).toEqual({
    asked: ['list', 'watch 5', 'list', 'watch 5'],
    events: ['list', 'list'],
  });
});

test('watches that a proxy ends at once do not cause a busy loop', async ({ lab }) => {
  const begun = performance.now();
  const end: Answer = (response) => response.end();
  await watch(lab, [end, end], 3);
  expect(performance.now() - begun).toBeGreaterThan(1_400);
});
