import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect } from 'vitest';
import { ExecPlugin } from '../../../../../src/backends/kube/api/credentials/exec-plugin.ts';
import { processesMentioning } from '../../../../support/host-processes.ts';
import { waitFor } from '../../../../support/wait-for.ts';
import { answerJson, refuse } from '../support/api-server.ts';
import { failureOf, generousSeconds, type Lab, test } from '../support/lab.ts';

const kind = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' };

/** A plugin next to the kubeconfig that records each run in `runs`; `$n` is the number of the run. */
async function plugin(lab: Lab, script: string, more: object = {}) {
  const text = `#!/bin/sh\ncd ${lab.folder}\necho "$@" >> runs\nn=$(wc -l < runs)\n${script}\n`;
  await lab.file('plugin', text, 0o700);
  return { user: { exec: { apiVersion: kind.apiVersion, command: './plugin', args: ['get', 'token'], ...more } } };
}

const print = (status: string) =>
  `echo '{"apiVersion":"${kind.apiVersion}","kind":"ExecCredential","status":'"${status}"'}'`;
const runs = async (lab: Lab) => (await readFile(join(lab.folder, 'runs'), 'utf8')).trim().split('\n');

test('gets a token from a plugin, once for all that ask', async ({ lab }) => {
  const server = await lab.server(answerJson(), 'tls');
  const parts = await plugin(
    lab,
    `printenv WHO KUBERNETES_EXEC_INFO > environment; ${print('{\\"token\\":\\"t-$n\\"}')}`,
    {
      env: [{ name: 'WHO', value: 'sarah' }],
      provideClusterInfo: true,
    },
  );
  const client = await lab.client(server.url, parts);
  await Promise.all([client.list('Pod'), client.list('Pod'), client.list('Node')]);
  const socket = await client.socket({ path: '/exec', operation: 'exec in pod b' }, ['v5.channel.k8s.io']);
  socket.terminate();
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill('Bearer t-1'));
  expect(await runs(lab)).toEqual(['get token']);
  const [who, info = ''] = (await readFile(join(lab.folder, 'environment'), 'utf8')).split('\n');
  expect(who).toBe('sarah');
  const cluster = {
    server: `${server.url}/`,
    'certificate-authority-data': Buffer.from(lab.certificates.ca).toString('base64'),
  };
  expect(JSON.parse(info)).toEqual({ ...kind, spec: { cluster, interactive: false } });
});

test('gets a client certificate from a plugin, and shows a new one once that has changed', async ({ lab }) => {
  const { ca, server: pair, client, expiredClient } = lab.certificates;
  const server = await lab.server(
    (request, response) => {
      const name = (request.socket as TLSSocket).getPeerCertificate().subject?.CN;
      if (name === 'client') answerJson()(request, response);
      else refuse(401, 'Unauthorized', 'Unauthorized')(request, response);
    },
    { ...pair, ca, requestCert: true, rejectUnauthorized: false },
  );
  const credential = (pair: { cert: string; key: string }) => ({
    ...kind,
    status: { clientCertificateData: pair.cert, clientKeyData: pair.key },
  });
  await lab.file('credential-1', credential(expiredClient));
  await lab.file('credential-2', credential(client));
  const api = await lab.client(server.url, await plugin(lab, 'cat credential-$n'));
  await api.list('Pod');
  expect(await runs(lab)).toHaveLength(2);
  expect(server.requests).toHaveLength(2);
});

test('asks the plugin again when what it gave ends', async ({ lab }) => {
  const server = await lab.server(answerJson(), 'tls');
  const status = '{\\"token\\":\\"t-$n\\",\\"expirationTimestamp\\":\\"$(cat expires)\\"}';
  const client = await lab.client(server.url, await plugin(lab, print(status)));
  await lab.file('expires', new Date(Date.now() - 1000).toISOString());
  await client.list('Pod');
  await lab.file('expires', new Date(Date.now() + 3_600_000).toISOString());
  for (let i = 0; i < 3; i++) await client.list('Pod');
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
    [1, 2, 2, 2].map((run) => `Bearer t-${run}`),
  );
});

test('asks the plugin again once when the server refuses what it gave, and repeats the request', async ({ lab }) => {
  let good = 'Bearer t-2';
  const server = await lab.server((request, response) => {
    if (request.headers.authorization === good) answerJson({ kind: 'Pod' })(request, response);
    else refuse(401, 'Unauthorized', 'Unauthorized')(request, response);
  }, 'tls');
  const client = await lab.client(server.url, await plugin(lab, print('{\\"token\\":\\"t-$n\\"}')));
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b' } };
  // Concurrently refused requests share the new run.
  await Promise.all([client.create(pod), client.create(pod), client.create(pod)]);
  expect(await runs(lab)).toHaveLength(2);
  good = 'none';
  const { error } = await failureOf(client.list('Pod'));
  expect(error).toMatchObject({
    code: 'backend-unavailable',
    message: `The server ${server.url} does not accept the credentials of user sarah (context here) to list pods in all namespaces: Unauthorized.`,
  });
  expect(await runs(lab)).toHaveLength(3);
});

test('a missing or failing plugin is reported with its output and a hint', async ({ lab }) => {
  const cases: readonly [string, object, string, string][] = [
    [
      '',
      { command: 'no-such-plugin', installHint: 'Install it with apt.' },
      'no-such-plugin cannot be started: it is not in PATH',
      'Install it with apt.',
    ],
    [
      '',
      { command: './missing' },
      `${lab.folder}/missing cannot be started: there is no such file`,
      `Run it by hand to see what is wrong: ${lab.folder}/missing get token`,
    ],
    [
      'echo please log in >&2; echo first >&2; exit 3',
      {},
      `${lab.folder}/plugin ended with code 3: please log in first`,
      'Run it by hand',
    ],
    ['kill -9 $$', {}, 'was ended by SIGKILL', ''],
    ['echo secret', {}, 'printed no ExecCredential with a token or a client certificate', ''],
    ['echo "{}"', {}, 'printed no ExecCredential with a token or a client certificate', ''],
  ];
  for (const [script, more, message, hint] of cases) {
    const client = await lab.client('https://127.0.0.1:1', await plugin(lab, script, more));
    const { error, seconds } = await failureOf(client.list('Pod'));
    expect(error).toMatchObject({ code: 'backend-unavailable', hint: expect.stringContaining(hint) });
    expect(error.message).toContain(
      'User sarah (context here) cannot be authenticated to https://127.0.0.1:1 to list pods in all namespaces: the credential plugin ',
    );
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('secret');
    expect(seconds).toBeLessThan(generousSeconds);
  }
});

test('a plugin that hangs is ended with all it started, in time, by an abort, or when the client closes', async ({
  lab,
}) => {
  await lab.file('hang', '#!/bin/sh\necho waiting for you >&2\nsleep 600\n', 0o700);
  const running = () => processesMentioning(lab.folder);
  const command = join(lab.folder, 'hang');
  const { error } = await failureOf(new ExecPlugin({ command }, {}, 0.5).credential());
  expect(error.message).toBe(`the credential plugin ${command} did not end within 0.5 s: waiting for you`);
  await waitFor(() => running().length === 0, { what: 'the plugin to be gone' });

  const client = await lab.client('https://127.0.0.1:1', { user: { exec: { command } } });
  const controller = new AbortController();
  const listed = failureOf(client.list('Pod', { signal: controller.signal }));
  await waitFor(() => running().length > 0, { what: 'the plugin to run' });
  controller.abort();
  expect((await listed).error.code).toBe('interrupted');
  const other = failureOf(client.list('Pod'));
  client.close();
  expect((await other).error.message).toContain('was ended by SIGKILL');
  await waitFor(() => running().length === 0, { what: 'the plugin to be gone' });
});

test('a plugin that reads its input finds none', async ({ lab }) => {
  const server = await lab.server(answerJson(), 'tls');
  const client = await lab.client(server.url, await plugin(lab, `cat > input; ${print('{\\"token\\":\\"t\\"}')}`));
  await client.list('Pod');
  expect(await readFile(join(lab.folder, 'input'), 'utf8')).toBe('');
});
