import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { expect } from 'vitest';
import { answerJson, refuse } from './support/api-server.ts';
import { failureOf, generousSeconds, type Lab, test } from './support/lab.ts';

const list = { kind: 'List', metadata: { resourceVersion: '1' }, items: [] };

/** Sends a word over a WebSocket and returns the echo. */
async function echo(lab: Lab, server: string, parts = {}, env = {}): Promise<string> {
  const client = await lab.client(server, parts, env);
  const path = '/api/v1/namespaces/a/pods/b/exec';
  const socket = await client.socket({ path, operation: 'exec in pod b' }, ['v5.channel.k8s.io']);
  socket.resume();
  socket.send('hello');
  const [data] = await once(socket, 'message');
  socket.terminate();
  return `${socket.protocol}: ${data}`;
}

test('keeps its connection, and trusts the authority of the kubeconfig alone', async ({ lab }) => {
  const server = await lab.server(answerJson(list), 'tls');
  const client = await lab.client(server.url);
  for (let i = 0; i < 5; i++) await client.list('Pod');
  expect(server.requests.map(({ url }) => url)).toEqual(Array(5).fill('/api/v1/pods'));
  expect(server.connections()).toBe(1);
  const stranger = await lab.client(server.url, { cluster: { 'certificate-authority': undefined } });
  const { error } = await failureOf(stranger.list('Pod'));
  expect(error.message).toContain('its certificate is signed by an unknown authority');
});

test('goes on after the server has closed the connection', async ({ lab }) => {
  const server = await lab.server((request, response) => {
    answerJson(list)(request, response);
    response.once('close', () => request.socket.destroy());
  }, 'tls');
  const client = await lab.client(server.url);
  for (let i = 0; i < 20; i++) await client.list('Pod');
  expect(server.requests).toHaveLength(20);
});

test('speaks plain HTTP where the kubeconfig says so', async ({ lab }) => {
  const server = await lab.server(answerJson(list));
  await (await lab.client(server.url)).list('Pod');
  expect(await echo(lab, server.url)).toBe('v5.channel.k8s.io: hello');
});

test('a path of the server stands before all others, slash or not', async ({ lab }) => {
  const server = await lab.server(answerJson(list), 'tls');
  for (const prefix of ['/k8s/clusters/c-x', '/k8s/clusters/c-x/']) {
    await (await lab.client(`${server.url}${prefix}`)).list('Pod', { namespace: 'a' });
    expect(await echo(lab, `${server.url}${prefix}`)).toBe('v5.channel.k8s.io: hello');
  }
  expect([...new Set(server.requests.map(({ url }) => url))]).toEqual([
    '/k8s/clusters/c-x/api/v1/namespaces/a/pods',
    '/k8s/clusters/c-x/api/v1/namespaces/a/pods/b/exec',
  ]);
});

test('tls-server-name and insecure-skip-tls-verify hold, for WebSockets as well', async ({ lab }) => {
  const server = await lab.server(answerJson(list), 'tls');
  const named = { cluster: { 'tls-server-name': 'kube.test' } };
  await (await lab.client(server.url, named)).list('Pod');
  const socket = server.requests[0]?.socket as (TLSSocket & { servername?: string }) | undefined;
  expect(socket?.servername).toBe('kube.test');
  expect(await echo(lab, server.url, named)).toBe('v5.channel.k8s.io: hello');
  const wrong = await failureOf(
    (await lab.client(server.url, { cluster: { 'tls-server-name': 'other.test' } })).list('Pod'),
  );
  expect(wrong.error.message).toContain('its certificate is for another name');
  const careless = { cluster: { 'insecure-skip-tls-verify': true, 'certificate-authority': undefined } };
  await (await lab.client(server.url, careless)).list('Pod');
  expect(await echo(lab, server.url, careless)).toBe('v5.channel.k8s.io: hello');
});

test('a client certificate is shown, for WebSockets as well', async ({ lab }) => {
  const { ca, server: pair, client: own } = lab.certificates;
  const server = await lab.server(answerJson(list), { ...pair, ca, requestCert: true, rejectUnauthorized: true });
  const user = {
    'client-certificate': await lab.file('own.crt', own.cert),
    'client-key': await lab.file('own.key', own.key),
  };
  await (await lab.client(server.url, { user })).list('Pod');
  const socket = server.requests[0]?.socket as TLSSocket | undefined;
  expect(socket?.getPeerCertificate().subject.CN).toBe('client');
  expect(await echo(lab, server.url, { user })).toBe('v5.channel.k8s.io: hello');
  const { error, seconds } = await failureOf((await lab.client(server.url)).list('Pod'));
  expect(error).toMatchObject({ code: 'backend-unavailable', message: expect.stringContaining('to list pods') });
  expect(seconds).toBeLessThan(generousSeconds);
});

test('sends a password, a token, a token of a file, and whom to act as', async ({ lab }) => {
  const server = await lab.server(answerJson(list), 'tls');
  const sent = async (user: object) => {
    await (await lab.client(server.url, { user })).list('Pod');
    expect(await echo(lab, server.url, { user })).toBe('v5.channel.k8s.io: hello');
    const [request, upgrade] = server.requests.splice(0);
    expect(upgrade?.headers.authorization).toBe(request?.headers.authorization);
    return request?.headers;
  };
  expect(await sent({ username: 'ann', password: 'a:b' })).toMatchObject({
    authorization: `Basic ${Buffer.from('ann:a:b').toString('base64')}`,
  });
  expect(await sent({ token: 'abc' })).toMatchObject({ authorization: 'Bearer abc' });
  const tokenFile = await lab.file('token', 'from-file\n');
  expect(await sent({ token: 'abc', tokenFile })).toMatchObject({ authorization: 'Bearer from-file' });
  const as = { as: 'bob', 'as-uid': '7', 'as-groups': ['dev', 'ops'], 'as-user-extra': { scope: ['x'] } };
  expect(await sent({ token: 'abc', ...as })).toMatchObject({
    'impersonate-user': 'bob',
    'impersonate-uid': '7',
    'impersonate-group': 'dev, ops',
    'impersonate-extra-scope': 'x',
  });
});

test('a token file is read anew for each request, and its absence is told', async ({ lab }) => {
  const server = await lab.server(answerJson(list), 'tls');
  const tokenFile = await lab.file('token', 'first');
  const client = await lab.client(server.url, { user: { tokenFile } });
  await client.list('Pod');
  await lab.file('token', 'second');
  await client.list('Pod');
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  const missing = await lab.client(server.url, { user: { tokenFile: '/nowhere/token' } });
  const { error } = await failureOf(missing.list('Pod'));
  expect(error.message).toBe(
    `User sarah (context here) cannot be authenticated to ${server.url} to list pods in all namespaces: ENOENT: no such file or directory, open '/nowhere/token'.`,
  );
});

test('asks again for the removal of so many that the server gives up in between', async ({ lab }) => {
  let calls = 0;
  const server = await lab.server((request, response) => {
    calls += 1;
    const answer = calls < 3 ? refuse(504, 'Timeout', 'request did not complete within 60s') : answerJson();
    answer(request, response);
  });
  await (await lab.client(server.url)).removeAll('Pod', 'a', 'app=b');
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(
    Array(3).fill('DELETE /api/v1/namespaces/a/pods?labelSelector=app%3Db'),
  );
});

test('gives up a removal that never gets anywhere', async ({ lab }) => {
  const server = await lab.server(refuse(504, 'Timeout', 'the gateway waits in vain'));
  const { error } = await failureOf((await lab.client(server.url)).removeAll('Pod', 'a', 'app=b'));
  expect(error.code).toBe('backend-unavailable');
  expect(error.message).toContain('the gateway waits in vain');
  expect(server.requests).toHaveLength(20);
});

test('what only reads is asked again while the server is away, once it has answered', async ({ lab }) => {
  let drops = 0;
  const server = await lab.server((request, response) => {
    if (drops === 0) return answerJson(list)(request, response);
    drops -= 1;
    if (drops % 2 === 0) return request.socket.destroy();
    return refuse(503, 'ServiceUnavailable', 'the server is starting')(request, response);
  });
  const client = await lab.client(server.url);
  drops = 1;
  // The server has never answered.
  expect((await failureOf(client.list('Pod'))).error.code).toBe('backend-unavailable');
  expect(server.requests.splice(0)).toHaveLength(1);
  await client.list('Pod');
  drops = 4;
  await client.list('Pod');
  expect(drops).toBe(0);
  server.requests.splice(0);
  drops = 4;
  expect((await failureOf(client.list('Pod', { once: true }))).error.code).toBe('backend-unavailable');
  drops = 3;
  await client.get({ kind: 'Pod', name: 'a', namespace: 'b' });
});

test('what changes something is asked once', async ({ lab }) => {
  let isAway = false;
  const server = await lab.server((request, response) => {
    if (!isAway) return answerJson(list)(request, response);
    return refuse(503, 'ServiceUnavailable', 'the server is starting')(request, response);
  });
  const client = await lab.client(server.url);
  await client.list('Pod');
  isAway = true;
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b' } };
  expect((await failureOf(client.create(object))).error.code).toBe('backend-unavailable');
  expect(server.requests).toHaveLength(2);
});
