import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect } from 'vitest';
import { type Session, test } from '../../support/session.ts';

/** Listens on a free port while `use` runs. */
async function withServer(server: Server, use: (port: number) => Promise<void>): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  }
}

const kubeconfig = (session: Session, server: string, user: object = {}) =>
  session.file('kubeconfig', {
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'sarah', user }],
    contexts: [{ name: 'production', context: { cluster: 'c', user: 'sarah' } }],
    'current-context': 'production',
  });

const status =
  (code: number, message: string): RequestListener =>
  (_request, response) => {
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Status', code, message }));
  };

test('ls names the server, the user and the refused request in its error', async ({ session }) => {
  const run = async (server: string, ...args: string[]) => {
    const file = await kubeconfig(session, server);
    const { exitCode, stdout, stderr } = await session.run(['ls', '--backend', 'kube', '--kubeconfig', file, ...args]);
    expect(stdout).toBe('');
    return { exitCode, stderr };
  };
  await withServer(createServer(), async (port) => {
    expect(await run(`https://127.0.0.1:${port}`)).toEqual({
      exitCode: 4,
      stderr: `error: The server https://127.0.0.1:${port} (context production, user sarah) cannot be reached to list configmaps in all namespaces: no connection within 5 s.\nIs it running, and is it reachable (VPN, proxy, right context)?\n`,
    });
  });
  await withServer(http.createServer(status(401, 'Unauthorized')), async (port) => {
    expect(await run(`http://127.0.0.1:${port}`)).toEqual({
      exitCode: 4,
      stderr: `error: The server http://127.0.0.1:${port} does not accept the credentials of user sarah (context production) to list configmaps in all namespaces: Unauthorized.\nThey may have expired: log in again, with the login command of your cluster.\n`,
    });
  });
  await withServer(http.createServer(status(403, 'configmaps is forbidden')), async (port) => {
    const { exitCode, stderr } = await run(`http://127.0.0.1:${port}`);
    expect(stderr).toMatch(
      /^error: User sarah may not list configmaps in namespace default on http:.* \(context production\): configmaps is forbidden\.\n/,
    );
    expect(exitCode).toBe(1);
  });
  const wrong = { exitCode: 4, stderr: 'error: The kubeconfig has no context prodution.\nDid you mean production?\n' };
  expect(await run('http://127.0.0.1:1', '--context', 'prodution')).toEqual(wrong);
});

test('context and kubeconfig come from the environment as well, and flags win', async ({ session }) => {
  const file = await kubeconfig(session, 'http://127.0.0.1:1');
  const ls = (args: readonly string[], env: Record<string, string>) =>
    session.run(['ls', '--backend', 'kube', ...args], { env: { KUBECONFIG: '/missing', ...env } });
  expect((await ls([], { SYMPHONY_KUBECONFIG: file })).stderr).toContain('(context production, user sarah)');
  expect((await ls([], { KUBECONFIG: `/missing:${file}` })).stderr).toContain('(context production, user sarah)');
  const env = { SYMPHONY_KUBECONFIG: file, SYMPHONY_CONTEXT: 'other' };
  expect((await ls([], env)).stderr).toContain('The kubeconfig has no context other.');
  expect((await ls(['--context', 'production'], env)).stderr).toContain('(context production, user sarah)');
  expect((await ls(['--kubeconfig', '/none'], env)).stderr).toContain('There is no kubeconfig /none.');
});

test('backends says why the server cannot be used, and lists the other backends too', async ({ session }) => {
  const detail = async (server: string, user: object = {}) => {
    const rows = await session.json<{ name: string; works: boolean; detail: string }[]>([
      'backends',
      '--kubeconfig',
      await kubeconfig(session, server, user),
    ]);
    expect(rows.find(({ name }) => name === 'local')?.works).toBe(true);
    const kube = rows.find(({ name }) => name === 'kube');
    expect(kube?.works).toBe(false);
    return kube?.detail;
  };
  await withServer(createServer(), async (port) => {
    expect(await detail(`https://127.0.0.1:${port}`)).toContain(
      `The server https://127.0.0.1:${port} (context production, user sarah) cannot be reached to get its version: no connection within 5 s. Is it running`,
    );
  });
  const hanging = await session.file('hang', '#!/bin/sh\nsleep 600\n');
  expect(await detail('https://127.0.0.1:1', { exec: { command: 'sh', args: [hanging] } })).toContain(
    'cannot be reached to get its version: no answer within 10 s',
  );
  await session.place.expectNothingLeft();
});
