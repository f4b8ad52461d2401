import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { labels } from '../../../src/backends/docker/containers/labels.ts';
import type { ExperimentDescription } from '../../../src/engine/contract/backend.ts';
import { killSupervisor } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';
import { test } from './support/docker-test.ts';

const waiting = { command: 'echo begun; exec sleep 600' };

describe('what is done to containers by hand', () => {
  test('a paused container is not ready, until it goes on', async ({ session }) => {
    await session.start('rl', { main: waiting });
    await session.until('rl', 'main', 'running');
    const id = await session.container('rl', 'main');
    await session.engine.pause(id);
    const paused = await session.until('rl', 'main', ({ ready }) => !ready);
    expect(paused).toMatchObject({ state: 'running', reason: expect.stringMatching(/container \w{12} is paused/) });
    await session.engine.unpause(id);
    const again = await session.until('rl', 'main', ({ ready }) => ready);
    expect(again.reason).toBeUndefined();
    await session.engine.pause(id);
    await session.until('rl', 'main', ({ ready }) => !ready);
    // A paused process gets no signal.
    await session.ok(['stop', 'main', '-e', 'rl']);
    expect(await session.until('rl', 'main', 'stopped')).toMatchObject({ ready: false });
  });

  test('a killed container has failed, and a removed one is lost, each started again by its policy', async ({
    session,
  }) => {
    const restart = 'on-failure';
    await session.start('rl', {
      killed: waiting,
      removed: waiting,
      again: { ...waiting, restart },
      back: { ...waiting, restart },
    });
    for (const name of ['killed', 'removed', 'again', 'back']) await session.until('rl', name, 'running');
    const ids = await Promise.all(['killed', 'removed', 'again', 'back'].map((key) => session.container('rl', key)));
    const [killed = '', removed = '', again = '', back = ''] = ids;
    for (const id of [killed, again]) await session.engine.kill(id, 'SIGKILL');
    for (const id of [removed, back]) await session.engine.removeContainer(id);
    expect(await session.until('rl', 'killed', 'failed')).toMatchObject({ exitCode: 137, signal: 'SIGKILL' });
    const lost = await session.until('rl', 'removed', ({ state }) => state === 'lost' || state === 'failed');
    expect(lost.reason).toMatch(/its container was removed|SIGKILL/);
    for (const name of ['again', 'back'])
      expect(await session.until('rl', name, ({ restarts, ready }) => restarts === 1 && ready)).toBeDefined();
  });

  test('a log that is gone with its container is said to be, and a deletion finds nothing to remove', async ({
    session,
  }) => {
    await session.start('rl', { over: { command: 'echo begun' }, main: waiting });
    await session.until('rl', 'over', 'succeeded');
    await session.until('rl', 'main', 'running');
    const { launchId } = await session.json<ExperimentDescription>(['describe', 'rl']);
    for (const { Id } of await session.containers('rl')) await session.engine.removeContainer(Id);
    for (const { Id } of await session.engine.listNetworks({ [labels.launch]: launchId }))
      await session.engine.removeNetwork(Id);
    await session.until('rl', 'main', ({ state }) => state === 'lost' || state === 'failed');

    const gone = '--- the log of run 1 is gone: its container was removed ---';
    const one = await session.run(['logs', 'over', '-e', 'rl']);
    expect(one).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringContaining(gone) });
    const both = await session.run(['logs', '-e', 'rl', '--follow', '--tail', '5']);
    expect(both.stderr.split('\n').filter((line) => line.includes(gone))).toHaveLength(2);

    const { exitCode, stderr } = await session.run(['delete', 'rl', '--force']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(/logs of .*\(run 1\) are gone/),
    });
    expect(await session.engine.listContainers({ [labels.launch]: launchId })).toEqual([]);
    expect(await session.engine.listNetworks({ [labels.launch]: launchId })).toEqual([]);
  });

  test('an experiment with damaged records is deleted from its engine, and its logs are kept', async ({ session }) => {
    await session.start('rl', { main: waiting });
    await session.start('lost', { main: waiting });
    const launches: string[] = [];
    for (const name of ['rl', 'lost']) {
      await session.until(name, 'main', 'running');
      launches.push((await session.json<ExperimentDescription>(['describe', name])).launchId);
    }
    const [launch = '', lost = ''] = launches;
    await killSupervisor(session);
    const entries = await readdir(session.place.home, { recursive: true });
    const isDamaged = (path: string) =>
      /\/(rl|lost)\/experiment[^/]*\.json$/.test(path) || /\/lost\/launch\/launch\.traces$/.test(path);
    const paths = entries.filter(isDamaged).map((path) => join(session.place.home, path));
    expect(paths).toHaveLength(5);
    for (const path of paths) await truncate(path, 20);

    await session.ok(['delete', 'rl', '--force']);
    expect(await session.engine.listContainers({ [labels.launch]: launch })).toEqual([]);
    expect(await session.engine.listNetworks({ [labels.launch]: launch })).toEqual([]);
    expect(await session.ok(['history', 'logs', 'rl', 'main'])).toContain('begun');

    const { exitCode, stderr } = await session.run(['delete', 'lost', '--force']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('docker ps --all --filter label=symphony.experiment=lost'),
    });
    for (const { Id } of await session.engine.listContainers({ [labels.launch]: lost }))
      await session.engine.removeContainer(Id);
    for (const { Id } of await session.engine.listNetworks({ [labels.launch]: lost }))
      await session.engine.removeNetwork(Id);
  });

  test('a renamed container is still the run that it was', async ({ session }) => {
    await session.start('rl', { main: waiting });
    await session.until('rl', 'main', 'running');
    await session.engine.rename(await session.container('rl', 'main'), `renamed-${Date.now()}`);
    await session.ok(['exec', 'main', '-e', 'rl', '--', 'true']);
    await session.ok(['restart', 'main', '-e', 'rl']);
    expect(await session.until('rl', 'main', ({ restarts, ready }) => restarts === 1 && ready)).toBeDefined();
  });

  test('a container that is started again after its run has ended is ended', async ({ session }) => {
    await session.start('rl', { once: waiting, again: { ...waiting, restart: 'always' } });
    for (const name of ['once', 'again']) await session.until('rl', name, 'running');
    const ids = [await session.container('rl', 'once'), await session.container('rl', 'again')];
    for (const id of ids) await session.engine.restart(id);
    // Podman gives a process no time to end when it restarts a container.
    expect([137, 143]).toContain((await session.until('rl', 'once', 'failed')).exitCode);
    await session.until('rl', 'again', ({ restarts, ready }) => restarts === 1 && ready);
    const up = () => session.containers('rl').then((all) => all.filter(({ State }) => State === 'running'));
    await expect
      .poll(async () => (await up()).map(({ Id }) => Id))
      .toEqual([await session.container('rl', 'again', 2)]);
    expect(await session.ok(['describe', 'rl'])).toMatch(/was started by hand, and was ended: run 1 of once is over/);
  });

  test('the processes of a group whose network is taken away come into the next one', async ({ session }) => {
    const server = `require('net').createServer((socket) => socket.end('here')).listen(process.env.SYMPH_PAGE_PORT)`;
    const processes = {
      server: { command: ['node', '-e', server], bind: { page: null }, restart: 'on-failure' },
      other: { ...waiting, restart: 'on-failure' },
      once: waiting,
    } as const;
    await session.start('rl', {}, { groups: { pair: { processes } } });
    for (const name of Object.keys(processes)) await session.until('rl', name, ({ ready }) => ready);
    const holder = (await session.containers('rl')).find(({ Labels }) => Labels[labels.group] !== undefined);
    // Podman removes none whose network others use.
    const { isPodman } = await session.engine.identity();
    if (isPodman) await session.engine.kill(holder?.Id ?? '', 'SIGKILL');
    else await session.engine.removeContainer(holder?.Id ?? '');
    const once = await session.until('rl', 'once', 'failed');
    expect(once.reason).toBe('the container that holds the network of group pair has ended');
    for (const name of ['server', 'other'])
      await session.until('rl', name, ({ restarts, ready }) => restarts === 1 && ready);
    const ask = 'nc localhost $SYMPH_PAGE_PORT';
    expect(await session.ok(['exec', 'pair/other', '-e', 'rl', '--', '/bin/sh', '-c', ask])).toContain('here');
  });

  test('what happened while no supervisor ran is found out, and nothing is started twice', async ({ session }) => {
    await session.start('rl', { ends: waiting, stays: waiting, again: { ...waiting, restart: 'on-failure' } });
    for (const name of ['ends', 'stays', 'again']) await session.until('rl', name, 'running');
    const [ends, again] = [await session.container('rl', 'ends'), await session.container('rl', 'again')];
    const stays = await session.container('rl', 'stays');
    await killSupervisor(session);
    for (const id of [ends, again]) await session.engine.kill(id, 'SIGTERM');
    await waitFor(async () => (await session.engine.inspect(again))?.State.Running === false);
    expect(await session.until('rl', 'ends', 'failed')).toMatchObject({ exitCode: 143 });
    expect(await session.until('rl', 'again', ({ restarts, ready }) => restarts === 1 && ready)).toBeDefined();
    expect(await session.until('rl', 'stays', 'running')).toMatchObject({ container: stays.slice(0, 12), restarts: 0 });
    const running = (await session.containers('rl')).filter(({ State }) => State === 'running');
    expect(running).toHaveLength(2);
  });
});
