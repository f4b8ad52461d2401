import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { KubeOptions } from '../../../../../src/backends/kube/api/credentials/kube-options.ts';
import { loadKubeConfig } from '../../../../../src/backends/kube/api/credentials/load-kube-config.ts';
import { type Lab, test } from '../support/lab.ts';

const load = (lab: Lab, env: Record<string, string>, options: KubeOptions = {}) =>
  loadKubeConfig(options, { env: { HOME: lab.folder, ...env }, serviceAccountFolder: join(lab.folder, 'account') });

async function write(lab: Lab, path: string, content: string): Promise<string> {
  const full = join(lab.folder, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, content);
  return full;
}

const config = (context: string, server: string, user: string, current = context) => `
clusters: [{ name: c-${context}, cluster: { server: '${server}' } }]
users: [{ name: ${user}, user: { token: token-of-${context} } }]
contexts: [{ name: ${context}, context: { cluster: c-${context}, user: ${user} } }]
current-context: '${current}'
`;

test('merges the files of KUBECONFIG, of which some are missing', async ({ lab }) => {
  const none = await write(lab, 'none', config('one', 'https://one', 'ann', ''));
  const two = await write(lab, 'two', config('two', 'https://two', 'bob'));
  const three = await write(lab, 'three', config('three', 'https://three', 'bob'));
  const KUBECONFIG = [join(lab.folder, 'missing'), none, two, '', three, two].join(':');
  const { identity, credentials } = load(lab, { KUBECONFIG });
  // The first file that has a current context decides.
  expect(identity).toEqual({ context: 'two', server: 'https://two', user: 'bob', namespace: 'default' });
  expect((await credentials.authenticate()).options.headers).toEqual({ Authorization: 'Bearer token-of-two' });
  // The first file's entry wins completely, even if a context of a later file names it.
  const third = load(lab, { KUBECONFIG }, { context: 'three' });
  expect(third.identity).toMatchObject({ server: 'https://three', user: 'bob' });
  expect((await third.credentials.authenticate()).options.headers).toEqual({ Authorization: 'Bearer token-of-two' });
  expect(load(lab, { KUBECONFIG }, { context: 'one' }).identity.server).toBe('https://one');
});

test('paths count from the folder of the file they stand in', async ({ lab }) => {
  const { ca, client } = lab.certificates;
  const first = await write(lab, 'a/config', config('a', 'https://a', 'ann'));
  const second = await write(
    lab,
    'b/config',
    `
clusters: [{ name: c, cluster: { server: 'https://b', certificate-authority: pki/ca.crt } }]
users:
  - { name: bob, user: { client-certificate: pki/bob.crt, client-key: ../b/pki/bob.key, tokenFile: token } }
  - { name: eve, user: { exec: { command: bin/plugin } } }
contexts:
  - { name: b, context: { cluster: c, user: bob } }
  - { name: e, context: { cluster: c, user: eve } }
`,
  );
  await write(lab, 'b/pki/ca.crt', ca);
  await write(lab, 'b/pki/bob.crt', client.cert);
  await write(lab, 'b/pki/bob.key', client.key);
  await write(lab, 'b/token', 'from-a-file\n');
  const { credentials } = load(lab, { KUBECONFIG: `${first}:${second}` }, { context: 'b' });
  const { options } = await credentials.authenticate();
  expect(String(options.ca)).toBe(ca);
  expect(String(options.cert)).toBe(client.cert);
  expect(String(options.key)).toBe(client.key);
  expect(options.headers).toEqual({ Authorization: 'Bearer from-a-file' });
  const plugin = load(lab, { KUBECONFIG: `${first}:${second}` }, { context: 'e' });
  await expect(plugin.credentials.authenticate()).rejects.toThrow(`${lab.folder}/b/bin/plugin cannot be started`);
});

test('certificates may stand in the file, and then win over paths', async ({ lab }) => {
  const { ca, client } = lab.certificates;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const kubeconfig = await lab.kubeconfig('https://host', {
    cluster: { 'certificate-authority-data': base64(ca), 'certificate-authority': '/nowhere' },
    user: {
      'client-certificate-data': base64(client.cert),
      'client-certificate': '/nowhere',
      'client-key-data': base64(client.key),
      'client-key': '/nowhere',
    },
  });
  const { options } = await load(lab, {}, { kubeconfig }).credentials.authenticate();
  expect([options.ca, options.cert, options.key].map(String)).toEqual([ca, client.cert, client.key]);
});

test('without KUBECONFIG the file in the home folder counts, and --kubeconfig overrides all', async ({ lab }) => {
  await write(lab, '.kube/config', config('home', 'https://home', 'ann'));
  const named = await write(lab, 'named', config('named', 'https://named', 'ann'));
  expect(load(lab, {}).identity.context).toBe('home');
  expect(load(lab, { KUBECONFIG: '' }).identity.context).toBe('home');
  expect(load(lab, { KUBECONFIG: '/missing' }, { kubeconfig: named }).identity.context).toBe('named');
});

test('says what is wrong, and where', async ({ lab }) => {
  const good = await write(lab, 'good', config('production', 'https://a', 'ann'));
  const cases: readonly [KubeOptions & { readonly text?: string }, string, string?][] = [
    [{ kubeconfig: '/missing/file' }, 'There is no kubeconfig /missing/file.'],
    [{ kubeconfig: lab.folder }, 'The kubeconfig cannot be read: EISDIR'],
    [
      { kubeconfig: good, context: 'prodution' },
      'The kubeconfig has no context prodution.',
      'Did you mean production?',
    ],
    [
      { kubeconfig: good, context: 'x' },
      'The kubeconfig has no context x.',
      'Name one with the option context: production.',
    ],
    [{ text: 'clusters: [' }, `The kubeconfig is broken: ${lab.folder}/bad:1:12: `],
    [{ text: '- a\n- b' }, `${lab.folder}/bad is not a mapping.`],
    [{ text: 'clusters: { a: b }' }, `${lab.folder}/bad: clusters is not a list.`],
    [{ text: 'users: [{ user: {} }]' }, `${lab.folder}/bad: users[0] has no name.`],
    [{ text: 'users: [{ name: a }, { name: a }]' }, `${lab.folder}/bad has two users called a.`],
    [{ text: '' }, 'The kubeconfig has no current context.', 'It has no contexts at all.'],
    [
      { text: config('a', 'https://a', 'ann', '') },
      'The kubeconfig has no current context.',
      'Name one with the option context: a.',
    ],
    [{ text: config('a', '', 'ann') }, 'The cluster c-a of the kubeconfig has no server.'],
    [
      { text: config('a', 'ftp://a', 'ann') },
      'The cluster c-a of the kubeconfig has ftp://a, which is not an http or https address.',
    ],
    [
      { text: config('a', 'https://a', 'ann').replace(', user: ann', ', user: eve') },
      'Context a names the user eve, which the kubeconfig does not have.',
    ],
    [
      { text: config('a', 'https://a', 'ann').replace('cluster: c-a,', 'cluster: c-b,') },
      'Context a names the cluster c-b, which the kubeconfig does not have.',
    ],
  ];
  for (const [{ text, ...options }, message, hint] of cases) {
    const kubeconfig = text === undefined ? options.kubeconfig : await write(lab, 'bad', text);
    const error = await (async () => load(lab, {}, { ...options, ...(kubeconfig && { kubeconfig }) }))().catch(
      (e) => e,
    );
    expect(error).toMatchObject({ code: 'backend-unavailable', message: expect.stringContaining(message) });
    if (hint !== undefined) expect(error.hint).toBe(hint);
  }
  expect(() => load(lab, { KUBECONFIG: '/a/b:/c' })).toThrow('There is no kubeconfig (looked for /a/b, /c).');
  expect(() => load(lab, {})).toThrow(`There is no kubeconfig (looked for ${lab.folder}/.kube/config).`);
});

test('a server without a scheme is HTTPS if anything is said of certificates', async ({ lab }) => {
  const server = async (cluster: object) => {
    const kubeconfig = await lab.kubeconfig('kube.test:6443', { cluster });
    return load(lab, {}, { kubeconfig }).identity.server;
  };
  expect(await server({})).toBe('http://kube.test:6443');
  expect(await server({ 'certificate-authority': '/ca.crt' })).toBe('https://kube.test:6443');
  expect(await server({ 'insecure-skip-tls-verify': true })).toBe('https://kube.test:6443');
});

test('inside a pod it is the pod’s own account, whose token is read anew', async ({ lab }) => {
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
  expect(() => load(lab, env)).toThrow('There is no kubeconfig');
  await write(lab, 'account/token', 'first');
  await write(lab, 'account/ca.crt', lab.certificates.ca);
  await write(lab, 'account/namespace', 'team-a\n');
  const { identity, credentials } = load(lab, env);
  expect(identity).toEqual({
    context: 'in-cluster',
    server: 'https://10.0.0.1',
    user: "the pod's service account",
    namespace: 'team-a',
  });
  const { options } = await credentials.authenticate();
  expect(String(options.ca)).toBe(lab.certificates.ca);
  expect(options.headers).toEqual({ Authorization: 'Bearer first' });
  await write(lab, 'account/token', 'second\n');
  expect((await credentials.authenticate()).options.headers).toEqual({ Authorization: 'Bearer second' });
  expect(
    load(lab, { ...env, KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' }).identity.server,
  ).toBe('https://[fd00::1]:6443');
  // Only inside a pod, and a kubeconfig takes precedence.
  expect(() => load(lab, { KUBERNETES_SERVICE_HOST: '10.0.0.1' })).toThrow('There is no kubeconfig');
  expect(() => load(lab, env, { context: 'production' })).toThrow('has no context production');
  await write(lab, '.kube/config', config('home', 'https://home', 'ann'));
  expect(load(lab, env).identity.context).toBe('home');
});
