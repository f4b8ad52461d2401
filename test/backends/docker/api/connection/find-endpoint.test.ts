import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findEndpoint } from '../../../../../src/backends/docker/api/connection/find-endpoint.ts';

let home: string;
let server: Server;
let socket: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'symphony-docker-'));
  socket = join(home, 'engine.sock');
  server = createServer().listen(socket);
});

afterEach(async () => {
  server.close();
  await rm(home, { recursive: true, force: true });
});

const find = (env: Readonly<Record<string, string>>, context?: string) =>
  findEndpoint({
    env: { HOME: home, ...env },
    sockets: [join(home, 'absent.sock'), socket],
    ...(context === undefined ? {} : { context }),
  });

async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(value));
}

/** As the docker command stores a context. */
async function addContext(name: string, docker: object, certificates = false): Promise<string> {
  const id = createHash('sha256').update(name).digest('hex');
  await writeJson(join(home, '.docker/contexts/meta', id, 'meta.json'), { Name: name, Endpoints: { docker } });
  const certFolder = join(home, '.docker/contexts/tls', id, 'docker');
  if (certificates) await mkdir(certFolder, { recursive: true });
  return certFolder;
}

describe('findEndpoint', () => {
  it('takes the first usual socket that exists', async () => {
    expect(await find({})).toEqual({ host: `unix://${socket}` });
  });

  it('names every usual socket if none exists', async () => {
    const found = findEndpoint({ env: { HOME: home }, sockets: ['/nowhere/a.sock', '/nowhere/b.sock'] });
    await expect(found).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: 'There is no engine: none of /nowhere/a.sock, /nowhere/b.sock exists.',
    });
  });

  it('prefers DOCKER_HOST to DOCKER_CONTEXT, and that to the current context', async () => {
    await addContext('work', { Host: 'tcp://work:2375' });
    await addContext('home', { Host: 'tcp://home:2375' });
    await writeJson(join(home, '.docker/config.json'), { currentContext: 'work' });
    const env = { DOCKER_HOST: 'tcp://box', DOCKER_CONTEXT: 'home' };
    expect(await find(env)).toEqual({ host: 'tcp://box' });
    expect(await find({ DOCKER_CONTEXT: 'home' })).toEqual({ host: 'tcp://home:2375', context: 'home' });
    expect(await find({})).toEqual({ host: 'tcp://work:2375', context: 'work' });
    expect(await find(env, 'work')).toEqual({ host: 'tcp://work:2375', context: 'work' });
    expect(await find({}, 'default')).toEqual({ host: `unix://${socket}` });
  });

  it('keeps what ssh needs of the environment for a supervisor, which has none', async () => {
    const env = { PATH: '/opt/ssh/bin', SSH_AUTH_SOCK: '/run/agent' };
    expect(await find({ ...env, DOCKER_HOST: 'ssh://me@box' })).toEqual({ host: 'ssh://me@box', env });
    expect(await find({ ...env, DOCKER_HOST: 'tcp://box:2375' })).toEqual({ host: 'tcp://box:2375' });
  });

  it('finds the certificates of DOCKER_CERT_PATH, of the configuration and of a context', async () => {
    const host = 'tcp://box:2376';
    expect(await find({ DOCKER_HOST: host, DOCKER_CERT_PATH: '/certs' })).toEqual({ host, certFolder: '/certs' });
    // A supervisor works in another folder.
    expect(await find({ DOCKER_HOST: host, DOCKER_CERT_PATH: 'certs' })).toEqual({
      host,
      certFolder: resolve('certs'),
    });
    expect(await find({ DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1' })).toEqual({
      host,
      certFolder: join(home, '.docker'),
    });
    const certFolder = await addContext('secure', { Host: host, SkipTLSVerify: true }, true);
    expect(await find({}, 'secure')).toEqual({ host, context: 'secure', certFolder, skipsVerification: true });
  });

  it('refuses an unknown context with the nearest name, and never falls back', async () => {
    await addContext('production', { Host: 'tcp://work:2375' });
    await expect(find({ DOCKER_CONTEXT: 'prodution' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no Docker context "prodution".',
      hint: expect.stringContaining('production'),
    });
  });

  it('names the place of what cannot be used', async () => {
    await expect(find({ DOCKER_HOST: 'box:2375' })).rejects.toThrow('DOCKER_HOST is "box:2375": it has no scheme.');
    await mkdir(join(home, '.docker'));
    await writeFile(join(home, '.docker/config.json'), '{');
    await expect(find({})).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('config.json') });
  });
});
