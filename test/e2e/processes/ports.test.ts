import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect } from 'vitest';
import { test } from '../../support/session.ts';

const server = { command: ['sleep', '600'], ready: 'started' };

describe('ports', () => {
  test('two launches at once, twenty times: no port is given twice', async ({ session }) => {
    const draft = { portRange: [27_000, 27_099], processes: { main: { ...server, bind: ['a', 'b'] } } };
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([session.launch(`left-${round}`, draft), session.launch(`right-${round}`, draft)]);
    }
    const ports = (await session.experiments()).flatMap(({ services }) => services.map(({ port }) => port));
    expect(ports).toHaveLength(80);
    expect(new Set(ports).size).toBe(80);
    for (const port of ports) expect(port).toBeGreaterThanOrEqual(27_000);
    for (const port of ports) expect(port).toBeLessThanOrEqual(27_099);
    await session.ok(['db', 'left-*', 'right-*', '--force']);
    expect(await session.experiments()).toEqual([]);
  });

  test('a wanted port that is in use is refused before anything starts, naming the process that uses it', async ({
    session,
  }) => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const file = await session.file('rl.json', {
      name: 'rl',
      processes: { main: { ...server, bind: { web: port } }, other: server },
    });
    const { exitCode, stderr } = await session.run(['launch', file]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(String(port));
    expect(stderr).toContain(String(process.pid));
    expect(stderr).toContain('web');
    expect(await session.experiments()).toEqual([]);
    listener.close();
    await session.ok(['launch', file]);
  });

  test('a replacement that cannot have its port leaves the experiment as it is, and may have the ports of that one', async ({
    session,
  }) => {
    const listen = (port: number) => [
      process.execPath,
      '-e',
      `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('listens'));`,
    ];
    const undeclared = 27_151;
    const processes = {
      main: { command: listen(27_150), bind: { web: 27_150 } },
      other: { command: listen(undeclared), ready: { log: 'listens' } },
    };
    await session.launch('rl', { processes }, ['--wait']);
    const running = await session.processes('rl');
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const launch = async (draft: object) =>
      session.run(['launch', await session.file('again.json', { name: 'rl', ...draft }), '--force']);

    const foreign = await launch({ processes: { main: { ...server, bind: { web: 27_150, extra: port } } } });
    expect(foreign).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`pid ${process.pid}`) });
    const noShell = await launch({ processes: { main: { command: 'sleep 600', shell: 'no-such-shell' } } });
    expect(noShell).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('processes.main.shell') });
    expect(await session.processes('rl')).toEqual(running);

    const own = await launch({ processes: { main: { ...server, bind: { web: 27_150, extra: undeclared } } } });
    expect(own).toMatchObject({ exitCode: 0 });
    listener.close();
  });

  test('a wanted port of another experiment is refused, naming it, even while nothing listens on it', async ({
    session,
  }) => {
    const draft = { processes: { main: { ...server, bind: { web: 27_123 } } } };
    await session.launch('holder', draft);
    const { exitCode, stderr } = await session.run([
      'launch',
      await session.file('b.json', { name: 'late', ...draft }),
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/27123/);
    expect(stderr).toMatch(/holder/);
    expect((await session.experiments()).map(({ name }) => name)).toEqual(['holder']);
    await session.delete('holder');
    await session.launch('late', draft);
  });

  test('a range with too few free ports is refused before anything starts', async ({ session }) => {
    const draft = { portRange: [27_200, 27_202], processes: { main: { ...server, replicas: 4, bind: ['a'] } } };
    const { exitCode, stderr } = await session.run(['launch', await session.file('rl.json', { name: 'rl', ...draft })]);
    expect([1, 2]).toContain(exitCode);
    expect(stderr).toMatch(/27200/);
    expect(await session.experiments()).toEqual([]);
  });

  test('a finished experiment holds no port', async ({ session }) => {
    const draft = { portRange: [27_300, 27_300], processes: { main: { command: 'exit 0', bind: ['a'] } } };
    await session.launch('first', draft);
    await session.until('first', 'main', 'succeeded');
    await session.launch('second', draft);
    expect((await session.experiments()).map(({ services }) => services[0]?.port)).toEqual([27_300, 27_300]);
  });
});
