import { describe, expect } from 'vitest';
import { test } from '../../support/session.ts';
import { killSupervisor } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

const stubborn = { command: `trap 'echo asked' TERM; while :; do sleep 0.1; done`, stop: { timeout: 5 } };

describe('kill -9 of the supervisor while an experiment is scaled', () => {
  test('the next one finishes it: names, ports, spec and processes agree', { timeout: 90_000 }, async ({ session }) => {
    await session.launch('rl', {
      processes: {
        main: { ...stubborn, replicas: 3, bind: 'replay', ready: 'started' },
        other: { command: 'exec sleep 600', replicas: 1 },
      },
    });
    const stays = await session.until('rl', 'main-0', 'running');
    const scaling = session.run(['scale', 'main=1', 'other=3', '-e', 'rl']);
    await waitFor(async () => (await session.logs('rl', 'main-2')).includes('asked'), { what: 'its signal' });
    await killSupervisor(session);
    expect((await scaling).exitCode).not.toBe(0);
    await session.until('rl', 'other-2', 'running');
    const processes = await session.processes('rl');
    expect(processes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'main-0 running',
      'other-0 running',
      'other-1 running',
      'other-2 running',
    ]);
    expect(processes[0]).toMatchObject({ pid: stays.pid, ports: stays.ports, restarts: 0 });
    expect(await session.ok(['spec', 'rl'])).toMatch(/replicas: 1\n[\s\S]*replicas: 3\n/);
    const [experiment] = await session.experiments();
    expect(experiment?.services.map(({ name }) => name)).toEqual(['replay-0']);
  });
});

test('a scaling that is interrupted is undone, and what it had ended stays ended', async ({ session }) => {
  await session.launch('rl', { processes: { main: { ...stubborn, replicas: 2, bind: 'replay', ready: 'started' } } });
  await session.until('rl', 'main-1', 'running');
  let interrupt = () => {};
  const scaling = session.run(['scale', 'main=1', '-e', 'rl'], {
    onSpawn: (child) => {
      interrupt = () => child.kill('SIGINT');
    },
  });
  await waitFor(async () => (await session.logs('rl', 'main-1')).includes('asked'), { what: 'its signal' });
  interrupt();
  expect((await scaling).exitCode).toBe(130);
  await session.until('rl', 'main-1', 'stopped');
  expect((await session.processes('rl')).map(({ name }) => name)).toEqual(['main-0', 'main-1']);
  // Until the change is undone, a restart is refused.
  await waitFor(async () => (await session.run(['restart', 'main-1', '-e', 'rl'])).exitCode === 0);
  await session.until('rl', 'main-1', 'running');
});

test('what a removed replica wrote is in the history once its experiment is deleted', async ({ session }) => {
  const command = 'echo "I am $SYMPH_PROCESS"; exec sleep 600';
  await session.launch('rl', { processes: { main: { command, replicas: 2 } } });
  await waitFor(async () => (await session.logs('rl', 'main-1')).length > 0, { what: 'its first line' });
  await session.ok(['scale', 'main=1', '-e', 'rl']);
  await session.delete('rl');
  expect(await session.ok(['history', 'logs', 'rl', 'main-1'])).toBe('I am main-1\n');
});

test('tells what changed, and what is not possible', async ({ session }) => {
  await session.launch('rl', {
    processes: {
      agent: { command: 'exec sleep 600', replicas: 2, bind: 'stats', ready: 'started' },
      learner: { command: 'exec sleep 600', connect: 'stats' },
    },
  });
  const scale = (...args: string[]) => session.run(['scale', ...args, '-e', 'rl']);
  expect(await scale('agent=3')).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: expect.stringMatching(/^Scaled agent from 2 to 3\.\nRestart learner to tell of .*: stats-2\.\n$/m),
  });
  expect(await scale('agent=3')).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/agent has 3 already/) });
  expect(await scale('agent')).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/NAME=NUMBER/) });
  expect(await scale('agent=0')).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/symphony stop agent/) });
  expect(await scale('agent-1=3')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(/Name all replicas: agent/),
  });
  expect(await scale('learner=3')).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/without replicas/) });
});
