import { once } from 'node:events';
import { chmod, mkdtemp, readFile, readlink, rm, stat, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { ListedContainer } from '../../../src/backends/docker/api/engine-objects.ts';
import { labels } from '../../../src/backends/docker/containers/labels.ts';
import { ensureHolderImage, holderImage, holderProgram } from '../../../src/backends/docker/images/holder-image.ts';
import type { ExperimentDescription } from '../../../src/engine/contract/backend.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type DockerSession, test } from './support/docker-test.ts';
import { openTlsDoor, type TlsDoor } from './support/tls-door.ts';

let folder: string;
let door: TlsDoor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-remote-'));
  door = await openTlsDoor(folder);
});
afterAll(async () => {
  await door.close();
  await rm(folder, { recursive: true });
});
// For Symphony, it is the engine of another machine.
beforeEach<{ readonly session: DockerSession }>(({ session }) => {
  Object.assign(session.env, door.env);
});

const mebibytes = 8;

/** Listens inside its container alone, as a dashboard does by default. */
const server = `
  const { createServer } = require('node:http');
  const big = Buffer.alloc(${mebibytes} << 20, 'x');
  createServer((request, response) => {
    if (request.url === '/big') return response.end(big);
    let size = 0;
    request.on('data', (chunk) => (size += chunk.length)).on('end', () => response.end(request.url + ' ' + size));
  }).listen(process.env.SYMPH_DASHBOARD_PORT, '127.0.0.1');
  require('node:net')
    .createServer({ allowHalfOpen: true }, (socket) => {
      let size = 0;
      socket.on('data', (chunk) => (size += chunk.length)).on('end', () => socket.end('got ' + size));
    })
    .listen(process.env.SYMPH_COUNTER_PORT, '0.0.0.0');
`;

/** Starts a visit, which `end` interrupts. */
async function visit(session: DockerSession, service: string) {
  let interrupt = (_signal: NodeJS.Signals) => {};
  const url = Promise.withResolvers<URL>();
  const ended = session.run(['visit', service, 'rl', '--url-only'], {
    onSpawn: (child) => {
      interrupt = (signal) => child.kill(signal);
      child.stdout?.once('data', (line: string) => url.resolve(new URL(String(line).trim())));
    },
  });
  ended.then(({ stderr }) => url.reject(new Error(stderr)), url.reject);
  return {
    url: await url.promise,
    async end(signal: NodeJS.Signals) {
      interrupt(signal);
      return ended;
    },
  };
}

describe('a service of an engine on another machine', () => {
  test('is visited through a tunnel, which leaves nothing behind', async ({ session }) => {
    const { DOCKER_HOST: host } = door.env;
    const backends = await session.json<{ readonly name: string; readonly detail: string }[]>(['backends']);
    expect(backends.find(({ name }) => name === 'docker')?.detail).toContain(`at ${host}`);
    const command = ['node', '-e', server];
    await session.start('rl', { main: { command, bind: { counter: null }, expose: { dashboard: null } } });
    await session.until('rl', 'main', ({ ready }) => ready);
    // Nothing here could reach an address of its network.
    const { services, launchId } = await session.json<ExperimentDescription>(['describe', 'rl']);
    expect(services.map(({ url }) => url)).toEqual([undefined, undefined]);
    const tunnels = async (): Promise<readonly ListedContainer[]> =>
      session.engine.listContainers({ [labels.launch]: launchId, [labels.tunnel]: undefined });

    const dashboard = await visit(session, 'dashboard');
    const page = async (path: string, request?: RequestInit) => fetch(new URL(path, dashboard.url), request);
    await expect.poll(async () => (await page('/first')).text()).toBe('/first 0');
    const paths = [...Array(30).keys()].map((number) => `/${number}`);
    expect(await Promise.all(paths.map(async (path) => (await page(path)).text()))).toEqual(
      paths.map((path) => `${path} 0`),
    );
    const big = Buffer.alloc(mebibytes << 20, 'x');
    expect((await buffer((await page('/big')).body as never)).equals(big)).toBe(true);
    expect(await (await page('/up', { method: 'POST', body: big })).text()).toBe(`/up ${big.length}`);
    expect(await tunnels()).toHaveLength(1);

    // The next container of the process is found, and a lost connection to the engine too.
    await session.ok(['restart', 'main', '-e', 'rl']);
    await session.until('rl', 'main', ({ restarts, ready }) => restarts === 1 && ready);
    await expect.poll(async () => (await page('/again').catch(() => undefined))?.text()).toBe('/again 0');
    door.cut();
    await expect.poll(async () => (await page('/cut').catch(() => undefined))?.text()).toBe('/cut 0');

    const counter = await visit(session, 'counter');
    const socket = connect({ port: Number(counter.url.port), host: counter.url.hostname, allowHalfOpen: true });
    await once(socket, 'connect');
    socket.end(big);
    expect(await text(socket)).toBe(`got ${big.length}`);

    await dashboard.end('SIGINT');
    await waitFor(async () => (await tunnels()).length === 1, { what: 'the end of an interrupted visit' });
    await counter.end('SIGKILL');
    await waitFor(async () => (await tunnels()).length === 0, { what: 'the end of a killed visit' });
  });
});

test('files are copied to and from a container without a shell, also after its end', async ({ session }) => {
  await ensureHolderImage(session.engine);
  const docker = { pull: 'never', workingDir: null } as const;
  const bare = { image: holderImage, docker };
  const processes = {
    main: { ...bare, command: [holderProgram] },
    ended: { ...bare, command: [holderProgram, '-'] },
  };
  await session.start('rl', processes);
  for (const [name, state] of [
    ['main', 'running'],
    ['ended', 'succeeded'],
  ] as const)
    await session.until('rl', name, state);
  await session.file('data/日本/файл с пробелом', 'deep');
  await chmod(await session.file('data/run', 'program'), 0o750);
  await symlink('run', join(session.folder, 'data/link'));
  for (const name of ['main', 'ended']) {
    await session.ok(['scp', '-e', 'rl', 'data', `${name}:/copied`]);
    await session.ok(['scp', '-e', 'rl', `${name}:copied`, `back-${name}`]);
    const back = join(session.folder, `back-${name}`);
    expect(await readFile(join(back, '日本/файл с пробелом'), 'utf8')).toBe('deep');
    expect(await readlink(join(back, 'link'))).toBe('run');
    expect((await stat(join(back, 'run'))).mode & 0o777).toBe(0o750);
    // A file, through a link, into a folder that exists.
    await session.ok(['scp', '-e', 'rl', `${name}:copied/link`, back]);
    expect(await readFile(join(back, 'link'), 'utf8')).toBe('program');
    const missing = await session.run(['scp', '-e', 'rl', `${name}:nothing`, '.']);
    expect(missing.stderr).toContain(`There is no ${name}:nothing in the container.`);
  }
  const refused = await session.run(['scp', '-e', 'rl', 'data/run', 'main:/no/such']);
  expect(refused.stderr).toContain('there is no folder /no');
});
