import { expect } from 'vitest';
import { lastOutput } from '../../../../src/backends/kube/logs/last-output.ts';
import { refuse } from '../api/support/api-server.ts';
import { test } from '../api/support/lab.ts';

const container = { namespace: 'team', pod: 'p', container: 'main' };

test('the newest line tells when a container wrote last, for a few bytes', async ({ lab }) => {
  const server = await lab.server((_request, response) => response.end('2026-11-28T09:00:01.500000001Z a line, cut'));
  const client = await lab.client(server.url);
  const { signal } = new AbortController();
  const time = Date.parse('2026-11-28T09:00:01.500Z');
  expect(await lastOutput(client, container, { signal })).toEqual({ kind: 'line', time });
  await lastOutput(client, container, { seconds: 1.5, signal });
  const [first, second] = server.requests.map(({ url }) => new URL(url ?? '', 'http://server'));
  expect(first?.pathname).toBe('/api/v1/namespaces/team/pods/p/log');
  const asked = { container: 'main', timestamps: 'true', tailLines: '1', limitBytes: '64' };
  expect(Object.fromEntries(first?.searchParams ?? [])).toEqual(asked);
  expect(Object.fromEntries(second?.searchParams ?? [])).toEqual({ ...asked, sinceSeconds: '2' });
});

test('no line is told from what cannot be known', async ({ lab }) => {
  const answers = ['', 'failed to try resolving symlinks in path'];
  const server = await lab.server((request, response) => {
    const answer = answers.shift();
    if (answer === undefined) refuse(404, 'NotFound', 'pods "p" not found')(request, response);
    else response.end(answer);
  });
  const client = await lab.client(server.url);
  const ask = (signal = new AbortController().signal) => lastOutput(client, container, { signal });
  expect(await ask()).toEqual({ kind: 'none' });
  expect(await ask()).toEqual({ kind: 'unknown' });
  expect(await ask()).toEqual({ kind: 'unknown' });
  expect(await ask(AbortSignal.abort())).toEqual({ kind: 'unknown' });
});
