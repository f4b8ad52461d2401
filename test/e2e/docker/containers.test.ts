import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { image, test } from './support/docker-test.ts';

describe('the files of a program', () => {
  test('are there where its folder is, and what it writes belongs to the user', async ({ session }) => {
    await session.file('program.js', 'require("fs").writeFileSync("result", require("./lib/value.js"));');
    await session.file('lib/value.js', 'module.exports = "from " + process.cwd();');
    const command = ['node', 'program.js'];
    await session.launch('rl', { image, processes: { main: { command } } });
    await session.until('rl', 'main', 'succeeded');
    const result = join(session.folder, 'result');
    expect(await readFile(result, 'utf8')).toBe(`from ${session.folder}`);
    expect((await stat(result)).uid).toBe(process.getuid?.());
  });

  test('are carried in where the folder is not mounted, and stay as they were at launch', async ({ session }) => {
    await session.file('program.js', 'console.log(require("./lib/value.js"));');
    await session.file('lib/value.js', 'module.exports = "at launch";');
    const main = { command: ['node', 'program.js'], files: ['program.js', 'lib/'] };
    await session.launch('rl', { image, docker: { mount: false }, processes: { main } });
    await session.until('rl', 'main', 'succeeded');
    await session.file('lib/value.js', 'module.exports = "changed";');
    await session.ok(['restart', 'main', '-e', 'rl']);
    await session.until('rl', 'main', ({ restarts, state }) => restarts === 1 && state === 'succeeded');
    expect(await session.logs('rl', 'main')).toEqual(['at launch']);
  });
});

describe('a group', () => {
  test('shares a network and volumes, whose container is there while one of its processes runs', async ({
    session,
  }) => {
    const server = `require('http').createServer((_, answer) => answer.end('here')).listen(process.env.SYMPH_PAGE_PORT)`;
    const client = 'until wget -qO- http://localhost:$SYMPH_PAGE_PORT; do sleep 0.2; done; cat /shared/said';
    const processes = {
      server: {
        command: ['node', '-e', `require('fs').writeFileSync('/shared/said', 'shared');${server}`],
        bind: { page: null },
      },
      client: { command: client, connect: ['page'], docker: { user: '1234' } },
    };
    const docker = { volumes: ['/shared'], user: '4321' };
    await session.start('rl', {}, { groups: { pair: { docker, processes } } });
    await session.until('rl', 'client', 'succeeded');
    expect(await session.logs('rl', 'pair/client')).toContain('hereshared');
    await session.ok(['stop', 'pair/server', '-e', 'rl']);
    await expect
      .poll(async () => (await session.containers('rl')).filter(({ State }) => State === 'running'))
      .toEqual([]);
    await session.ok(['restart', 'pair/server', '-e', 'rl']);
    await session.until('rl', 'server', ({ ready }) => ready);
  });

  test('gets more services only once its processes have ended, and is scaled as a whole at any time', async ({
    session,
  }) => {
    const server = `require('http').createServer((_, answer) => answer.end('here')).listen(process.env.SYMPH_TALK_PORT)`;
    const agent = { command: ['node', '-e', server], replicas: 1, bind: { talk: null } };
    const groups = { pair: { replicas: 1, processes: { agent } } };
    await session.start('rl', { outside: { command: 'sleep 600' } }, { groups });
    const scale = (...counts: string[]) => session.run(['scale', ...counts, '-e', 'rl']);
    const refused = await scale('pair/agent=2');
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/services of group pair-0 cannot/) });
    expect((await session.processes('rl')).length).toBe(2);
    await session.ok(['scale', 'pair=2', '-e', 'rl']);
    await session.ok(['stop', 'pair-0/agent-0', 'pair-1/agent-0', '-e', 'rl']);
    // The container that holds the network ends a moment later.
    await expect.poll(async () => (await scale('pair=1', 'pair/agent=2')).exitCode).toBe(0);
    await session.until('rl', 'agent-1', ({ ready }) => ready);
    const { services = [] } = (await session.experiments()).find(({ name }) => name === 'rl') ?? {};
    const address = services.find(({ name }) => name === 'talk-0-1');
    const ask = ['exec', '-e', 'rl', 'outside', '--', 'wget', '-qO-', `http://talk-0-1:${address?.port}`];
    expect(await session.ok(ask)).toBe('here');
  });
});

describe('GPUs', () => {
  test('that the engine cannot give are refused before anything runs', async ({ session }) => {
    // No engine has it.
    session.env.SYMPHONY_GPUS = `GPU-${randomUUID()}`;
    const main = { command: 'sleep 60', resources: { gpu: 1 } };
    const file = await session.file('no-gpus.json', { name: 'no-gpus', image, startDir: '/', processes: { main } });
    const { exitCode, stderr } = await session.run(['launch', file]);
    expect(stderr).toMatch(/^error: processes\.main\.resources\.gpu: /);
    expect(exitCode).not.toBe(0);
    // The engine may have experiments of others.
    expect((await session.experiments()).map(({ name }) => name)).not.toContain('no-gpus');
  });

  test('that the engine refuses later are said as the reason', async ({ session, skip }) => {
    const { isPodman } = await session.engine.identity();
    skip(isPodman, 'Podman ignores such requests.');
    const DeviceRequests = [{ Driver: 'none', Count: 1, Capabilities: [['gpu']] }];
    const main = {
      command: 'sleep 60',
      after: { first: 'succeeded' },
      docker: { patch: { HostConfig: { DeviceRequests } } },
    } as const;
    await session.start('rl', { first: { command: 'true' }, main });
    const { reason } = await session.until('rl', 'main', 'failed');
    expect(reason).toContain('it cannot give GPUs to containers');
  });
});

describe('names', () => {
  test('two launches of one declaration run side by side', async ({ session }) => {
    const server = `require('net').createServer((socket) => socket.end(process.env.SYMPH_EXPERIMENT)).listen(7777)`;
    const ask = `require('net').connect(7777, 'replay').on('error', () => process.exit(1)).pipe(process.stdout)`;
    const draft = {
      server: { command: ['node', '-e', server], bind: { replay: 7777 } },
      client: { command: ['node', '-e', ask], connect: ['replay'], after: { server: 'ready' } } as const,
    };
    for (const name of ['first', 'second']) await session.start(name, draft);
    for (const name of ['first', 'second']) {
      await session.until(name, 'client', 'succeeded');
      expect(await session.logs(name, 'client')).toEqual([name]);
    }
  });
});
