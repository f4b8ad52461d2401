import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'vitest';
import type { KubeClient } from '../../../../../src/backends/kube/api/kube-client.ts';
import { answerJson } from '../support/api-server.ts';
import { failureOf, generousSeconds, test } from '../support/lab.ts';
import { connectProxy, socksProxy } from '../support/proxies.ts';

/** Three requests and a WebSocket. */
async function use(client: KubeClient): Promise<void> {
  for (let i = 0; i < 3; i++) await client.list('Pod');
  const path = '/api/v1/namespaces/a/pods/b/portforward';
  const socket = await client.socket({ path, operation: 'portforward to pod b' }, ['v4.channel.k8s.io']);
  socket.resume();
  socket.send('hello');
  const [data] = await once(socket, 'message');
  expect(String(data)).toBe('hello');
  socket.terminate();
}

test.for(['tls', undefined] as const)(
  'requests and WebSockets go through the proxy-url, an HTTP proxy (%s)',
  async (tls, { lab }) => {
    const server = await lab.server(answerJson(), tls);
    const asked: string[] = [];
    const proxy = await lab.listen(connectProxy(server.port, asked));
    // The host does not exist: only the proxy can reach it.
    const url = `${tls ? 'https' : 'http'}://kube.test:6443`;
    const client = await lab.client(url, { cluster: { 'proxy-url': `http://ann:a%20b@127.0.0.1:${proxy.port}` } });
    await use(client);
    // One connection for all requests, and at most one more for the WebSocket.
    const line = `kube.test:6443 Basic ${Buffer.from('ann:a b').toString('base64')}`;
    expect(asked[0]).toBe(line);
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(server.requests).toHaveLength(4);
  },
);

test.for(['socks5', 'socks5h', 'socks'])(
  'so they do through a %s proxy, which looks the name up',
  async (scheme, { lab }) => {
    const server = await lab.server(answerJson(), 'tls');
    const asked: string[] = [];
    const proxy = await lab.listen(socksProxy(server.port, asked));
    await use(
      await lab.client('https://kube.test', { cluster: { 'proxy-url': `${scheme}://127.0.0.1:${proxy.port}` } }),
    );
    expect(new Set(asked)).toEqual(new Set(['kube.test:443']));
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(server.requests).toHaveLength(4);
  },
);

test('the environment names a proxy, unless NO_PROXY has the server; the kubeconfig goes before it', async ({
  lab,
}) => {
  const server = await lab.server(answerJson(), 'tls');
  const asked: string[] = [];
  const unasked: string[] = [];
  const proxy = await lab.listen(connectProxy(server.port, asked));
  const other = await lab.listen(connectProxy(server.port, unasked));
  const https_proxy = `127.0.0.1:${proxy.port}`;
  await use(await lab.client('https://kube.test', {}, { https_proxy }));
  expect(asked.length).toBeGreaterThan(0);
  const before = asked.length;
  const exempt = await lab.client('https://kube.test', {}, { https_proxy, no_proxy: '.test' });
  const { error } = await failureOf(exempt.list('Pod'));
  expect(error.message).toMatch(
    /kube\.test.* (there is no host of that name|its name cannot be looked up|no connection)/,
  );
  // NO_PROXY applies to the environment's proxy only.
  const parts = { cluster: { 'proxy-url': `http://127.0.0.1:${proxy.port}` } };
  const env = { HTTPS_PROXY: `http://127.0.0.1:${other.port}`, NO_PROXY: '*' };
  await use(await lab.client('https://kube.test', parts, env));
  expect(asked.length).toBeGreaterThan(before);
  expect(unasked).toEqual([]);
});

test('a proxy that refuses, is not there, is silent or is none is named, without its password', async ({ lab }) => {
  const refusing = await lab.listen(connectProxy(1, [], '407 Proxy Authentication Required'));
  const silent = await lab.listen(createServer());
  const dead = await lab.listen(createServer());
  await dead.close();
  const cases: readonly [string, string][] = [
    [
      `http://ann:secret@127.0.0.1:${refusing.port}`,
      `the proxy http://127.0.0.1:${refusing.port}: it refuses to connect to kube.test:443: 407 Proxy Authentication Required`,
    ],
    [
      `http://ann:secret@127.0.0.1:${dead.port}`,
      `the proxy http://127.0.0.1:${dead.port}: nothing listens there (connection refused)`,
    ],
    [
      `socks5://ann:secret@127.0.0.1:${dead.port}`,
      `the proxy socks5://127.0.0.1:${dead.port}: nothing listens there (connection refused)`,
    ],
    [
      `http://ann:secret@127.0.0.1:${silent.port}`,
      `no connection through the proxy http://127.0.0.1:${silent.port} within 10 s`,
    ],
    [
      `socks5://ann:secret@127.0.0.1:${silent.port}`,
      `no connection through the proxy socks5://127.0.0.1:${silent.port} within 10 s`,
    ],
  ];
  const failures: [ReturnType<typeof failureOf>, string][] = [];
  for (const [proxy, message] of cases) {
    const client = await lab.client('https://kube.test', { cluster: { 'proxy-url': proxy } });
    failures.push([failureOf(client.list('Pod')), message]);
  }
  await Promise.all(
    failures.map(async ([failure, message]) => {
      const { error, seconds } = await failure;
      expect(error).toMatchObject({ code: 'backend-unavailable', message: expect.stringContaining(message) });
      expect(error.message).not.toContain('secret');
      expect(seconds).toBeLessThan(generousSeconds);
    }),
  );
  await expect(lab.client('https://kube.test', { cluster: { 'proxy-url': 'ftp://ann:secret@p' } })).rejects.toThrow(
    'The proxy for https://kube.test/ is not a proxy address (proxy-url of the kubeconfig).',
  );
});
