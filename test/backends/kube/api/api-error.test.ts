import { createServer } from 'node:net';
import { expect } from 'vitest';
import { isStatus } from '../../../../src/backends/kube/api/api-error.ts';
import type { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import { answerJson, refuse } from './support/api-server.ts';
import { failureOf, generousSeconds, test } from './support/lab.ts';

const listPods = (client: KubeClient) => failureOf(client.list('Pod', { namespace: 'team' }));

/** The part that every message about a server contains. */
const names = (url: string) => `${url} (context here, user sarah)`;

test('a server that cannot be reached is named, with user, verb, resource and reason, within seconds', async ({
  lab,
}) => {
  const { expiredServer } = lab.certificates;
  const dead = await lab.listen(createServer());
  await dead.close();
  const silent = await lab.listen(createServer());
  const closing = await lab.listen(createServer((socket) => socket.destroy()));
  const babbling = await lab.listen(createServer((socket) => socket.end('220 mail.test ESMTP\r\n')));
  const expired = await lab.server(answerJson(), expiredServer);
  const plain = await lab.server(answerJson());
  const mute = await lab.server(() => {}, 'tls');
  const muteToo = await lab.server(() => {});
  const at = (scheme: string, { port }: { port: number }) => `${scheme}://127.0.0.1:${port}`;
  const cases: readonly [string, string][] = [
    [at('https', dead), `nothing listens there (connection refused) at 127.0.0.1:${dead.port}`],
    [`https://localhost:${dead.port}`, 'nothing listens there (connection refused)'],
    ['https://no-such-host.invalid', 'name'],
    // Accepts connections, and never completes TLS.
    [at('https', silent), 'no connection within 5 s'],
    // Accepts connections, and never answers.
    [at('http', silent), 'it accepts connections, but gave no answer within 9 s'],
    [muteToo.url, 'it accepts connections, but gave no answer within 9 s'],
    [mute.url, 'it accepts connections, but gave no answer within 9 s'],
    [at('https', closing), 'the connection was closed'],
    [at('http', closing), 'the connection was closed'],
    [at('https', babbling), 'what answers there does not speak TLS'],
    [at('http', babbling), 'what answers there does not speak HTTP'],
    [plain.url.replace('http:', 'https:'), 'what answers there does not speak TLS'],
    [expired.url, 'its certificate has expired'],
  ];
  const failures: [...(typeof cases)[number], ReturnType<typeof listPods>][] = [];
  for (const one of cases) failures.push([...one, listPods(await lab.client(one[0]))]);
  for (const [url, why, failure] of failures) {
    const { error, seconds } = await failure;
    expect(error.message).toContain(`The server ${names(url)} cannot be reached to list pods in namespace team: `);
    expect(error).toMatchObject({ code: 'backend-unavailable', message: expect.stringContaining(why) });
    expect(error.hint).toMatch(/\w/);
    expect(seconds).toBeLessThan(generousSeconds);
  }
});

test('a list may take its time as long as the server is there', async ({ lab }) => {
  const server = await lab.server((request, response) => {
    if (request.url === '/version') return answerJson({}, 403)(request, response);
    setTimeout(() => answerJson()(request, response), 7000);
  }, 'tls');
  const client = await lab.client(server.url);
  await Promise.all([client.list('Pod'), client.list('Node'), client.list('Service')]);
  expect(server.requests.filter(({ url }) => url === '/version')).toHaveLength(1);
});

test('a server that is not Kubernetes is reported as such', async ({ lab }) => {
  const page = '<!doctype html><title>Log in</title>';
  const cases: readonly [number, Record<string, string>, string, string][] = [
    [200, { 'content-type': 'text/html' }, page, 'it sent a web page'],
    [200, {}, page, 'it sent a web page'],
    [200, {}, 'hello', 'it sent something that is not JSON'],
    [200, {}, '{"hello":1}', 'it sent something that is not a list'],
    [200, {}, '', 'it sent something that is not JSON'],
    [302, { location: 'https://login.test/' }, '', 'it sent on to https://login.test/'],
    [404, { 'content-type': 'text/html' }, page, 'it sent a web page (status 404)'],
    [400, { 'content-type': 'text/html' }, page, 'it sent a web page (status 400)'],
  ];
  for (const [status, headers, body, what] of cases) {
    const server = await lab.server((_request, response) => response.writeHead(status, headers).end(body), 'tls');
    const { error } = await listPods(await lab.client(server.url));
    expect(error).toMatchObject({
      code: 'backend-unavailable',
      message: `The server at ${names(server.url)} is not a Kubernetes API server: asked to list pods in namespace team, ${what}.`,
    });
  }
});

test('a refusal names server, user, verb and resource', async ({ lab }) => {
  const answers = {
    401: refuse(401, 'Unauthorized', 'Unauthorized'),
    403: refuse(403, 'Forbidden', 'pods is forbidden: User "sarah" cannot list resource "pods"'),
    404: answerJson({}, 404),
    500: refuse(500, 'InternalError', 'etcd is sad'),
  };
  const texts: Record<number, (url: string) => [string, string]> = {
    401: (url) => [
      'backend-unavailable',
      `The server ${url} does not accept the credentials of user sarah (context here) to list pods in namespace team: Unauthorized.`,
    ],
    403: (url) => [
      'failed',
      `User sarah may not list pods in namespace team on ${url} (context here): pods is forbidden: User "sarah" cannot list resource "pods".`,
    ],
    404: (url) => ['not-found', `The server ${names(url)} refused to list pods in namespace team: status 404.`],
    500: (url) => ['failed', `The server ${names(url)} refused to list pods in namespace team: etcd is sad.`],
  };
  for (const [key, answer] of Object.entries(answers)) {
    const status = Number(key);
    const server = await lab.server(answer, 'tls');
    const client = await lab.client(server.url);
    const { error } = await listPods(client);
    const [code, message] = texts[status]?.(server.url) ?? [];
    expect(error).toMatchObject({ code, message, status });
    // A refused WebSocket has the same message.
    server.refuseSockets(status);
    const { error: refused } = await failureOf(
      client.socket({ path: '/x', operation: 'exec in pod b' }, ['v4.channel.k8s.io']),
    );
    expect(refused).toMatchObject({ status, message: expect.stringContaining('exec in pod b') });
    expect(refused.message).toContain(server.url);
  }
});

test('reports when the credentials expired', async ({ lab }) => {
  const server = await lab.server(refuse(401, 'Unauthorized', 'Unauthorized'), 'tls');
  const { cert, key } = lab.certificates.expiredClient;
  const certificate = {
    'client-certificate': await lab.file('c.crt', cert),
    'client-key': await lab.file('c.key', key),
  };
  const payload = Buffer.from(JSON.stringify({ exp: 1_700_000_000 })).toString('base64url');
  const hint = async (user: object) => (await listPods(await lab.client(server.url, { user }))).error.hint;
  expect(await hint(certificate)).toMatch(/^They expired at \d{4}-\d\d-\d\dT.+Z: log in again/);
  expect(await hint({ token: `head.${payload}.signature` })).toMatch(/^They expired at 2023-11-14T22:13:20.000Z: /);
  expect(await hint({ token: 'opaque' })).toMatch(/^They may have expired: log in again/);
});

test('asks a busy server again when it says so, a few times', async ({ lab }) => {
  const times: number[] = [];
  const busy = refuse(429, 'TooManyRequests', 'too many requests', { 'retry-after': '1' });
  const server = await lab.server((request, response) => {
    times.push(performance.now());
    const answer = times.length <= 2 ? busy : answerJson({ kind: 'Pod' });
    answer(request, response);
  }, 'tls');
  const client = await lab.client(server.url);
  await client.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b' } });
  expect(times).toHaveLength(3);
  expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1900);

  const overloaded = await lab.server(refuse(503, 'ServiceUnavailable', 'starting', { 'retry-after': '0' }), 'tls');
  const { error } = await listPods(await lab.client(overloaded.url));
  expect(overloaded.requests).toHaveLength(6);
  expect(error).toMatchObject({
    code: 'backend-unavailable',
    message: `The server ${names(overloaded.url)} is not available to list pods in namespace team: starting.`,
  });
  expect(isStatus(error, 503)).toBe(true);
});

test('limits the wait for a busy server, and ends it on an abort', async ({ lab }) => {
  const server = await lab.server(refuse(429, 'TooManyRequests', 'later', { 'retry-after': '600' }), 'tls');
  const { error, seconds } = await listPods(await lab.client(server.url));
  expect(error.message).toBe(`The server ${names(server.url)} is too busy to list pods in namespace team: later.`);
  expect(seconds).toBeLessThan(generousSeconds);
  expect(server.requests).toHaveLength(1);

  const controller = new AbortController();
  const patient = await lab.server((request, response) => {
    refuse(429, 'TooManyRequests', 'later', { 'retry-after': '15' })(request, response);
    response.once('finish', () => controller.abort());
  }, 'tls');
  const aborted = await failureOf((await lab.client(patient.url)).list('Pod', { signal: controller.signal }));
  expect(aborted.error.code).toBe('interrupted');
  // Far less than the wait that the server asked for.
  expect(aborted.seconds).toBeLessThan(12);
});

test('a failure without Retry-After is reported at once, without a web page in it', async ({ lab }) => {
  const server = await lab.server((_request, response) => {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>Bad Gateway</h1></html>');
  }, 'tls');
  const { error } = await listPods(await lab.client(server.url));
  expect(server.requests).toHaveLength(1);
  expect(error.message).toBe(
    `The server ${names(server.url)} is not available to list pods in namespace team: 502 Bad Gateway, with a web page.`,
  );
});
