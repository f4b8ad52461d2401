import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allRegistryAuths, registryAuth, registryOf } from '../../../../src/backends/docker/images/registry-auth.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-docker-'));
  vi.stubEnv('DOCKER_CONFIG', folder);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const config = (value: object) => writeFile(join(folder, 'config.json'), JSON.stringify(value));

async function credentials(image: string): Promise<unknown> {
  const header = await registryAuth(image);
  return header && JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
}

/** A credential helper that knows one registry. */
async function addHelper(name: string, registry: string, answer: object): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  const script = `#!/bin/sh\nread -r registry\n[ "$1 $registry" = 'get ${registry}' ] || exit 1\necho '${JSON.stringify(answer)}'\n`;
  await writeFile(path, script);
  await chmod(path, 0o755);
}

describe('registryAuth', () => {
  it('reads the credentials of the registry that the name of an image begins with', async () => {
    const auth = Buffer.from('me:se:cret').toString('base64');
    await config({
      auths: { 'registry.test:5000': { auth }, 'https://index.docker.io/v1/': { identitytoken: 'token' } },
    });
    expect(await credentials('registry.test:5000/team/image:1')).toEqual({
      username: 'me',
      password: 'se:cret',
      serveraddress: 'registry.test:5000',
    });
    expect(await credentials('python:3.13')).toMatchObject({ identitytoken: 'token' });
    expect(await credentials('other.test/image')).toBeUndefined();
  });

  it('asks the helper of a registry, else the common one', async () => {
    await addHelper('own', 'registry.test', { Username: 'me', Secret: 'secret' });
    await addHelper('common', 'other.test', { Username: '<token>', Secret: 'token' });
    await config({ credHelpers: { 'registry.test': 'own' }, credsStore: 'common' });
    expect(await credentials('registry.test/image')).toMatchObject({ username: 'me', password: 'secret' });
    expect(await credentials('other.test/image')).toMatchObject({ identitytoken: 'token' });
    expect(await credentials('third.test/image')).toBeUndefined();
  });

  it('has none where a helper is missing or nothing is configured', async () => {
    expect(await credentials('registry.test/image')).toBeUndefined();
    await config({ credsStore: 'absent' });
    expect(await credentials('registry.test/image')).toBeUndefined();
  });
});

describe('allRegistryAuths', () => {
  it('has the credentials of all registries, padded as Docker wants it', async () => {
    const auth = Buffer.from('me:secret').toString('base64');
    await addHelper('own', 'registry.test', { Username: 'me', Secret: 'of helper' });
    await config({
      auths: {
        'other.test:5000': { auth },
        'https://third.test/v1/': { auth },
        'https://index.docker.io/v1/': { auth },
      },
      credHelpers: { 'registry.test': 'own' },
    });
    const header = (await allRegistryAuths()) ?? '';
    expect(header.length % 4).toBe(0);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))).toMatchObject({
      'registry.test': { password: 'of helper' },
      'other.test:5000': { username: 'me', password: 'secret' },
      'third.test': { username: 'me' },
      'https://index.docker.io/v1/': { username: 'me' },
    });
  });

  it('is left out without credentials', async () => {
    expect(await allRegistryAuths()).toBeUndefined();
  });
});

it.each([
  ['python', undefined],
  ['library/python:3.13', undefined],
  ['docker.io/library/python', undefined],
  ['localhost/image', 'localhost'],
  ['registry.test/team/image@sha256:12', 'registry.test'],
  ['registry.test:5000/image', 'registry.test:5000'],
])('finds the registry of %s', (image, registry) => {
  expect(registryOf(image)).toBe(registry);
});
