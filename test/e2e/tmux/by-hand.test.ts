import { rm } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { hostProcesses, isAlive } from '../../support/host-processes.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';
import { test } from './support/tmux-session.ts';

const ignoring = 'trap "" HUP; echo up; while :; do sleep 1; done';
const two = { processes: { soft: { command: 'exec sleep 600' }, hard: { command: ignoring } } };

/** Whether this is the command line of the tmux server, which keeps that of the command that started it. */
function isServer(command: readonly string[], socket: string): boolean {
  return /tmux$/.test(command[0] ?? '') && command.includes(socket) && command.includes('source-file');
}

describe('a user who works in tmux by hand', () => {
  test('ends the last session of a server that goes on without one: a launch still works', async ({ session }) => {
    await session.tmux.ok('new-session', '-d', '-s', 'mine');
    await session.tmux.ok('set-option', '-g', 'exit-empty', 'off');
    await session.tmux.ok('kill-session', '-t', '=mine');
    await session.launch('rl', two);
    expect(await session.tmux.windows()).toEqual(['rl 0 soft', 'rl 1 hard']);
    await session.delete('rl');
    await session.tmux.ok('set-option', '-g', 'exit-empty', 'on');
  });

  test('kills a window: its process has failed, and can be restarted in a new one', async ({ session }) => {
    await session.launch('rl', two);
    await session.until('rl', 'soft', 'running');
    await session.tmux.ok('kill-window', '-t', '=rl:0');
    expect(await session.until('rl', 'soft', 'failed')).toMatchObject({ signal: 'SIGHUP' });
    const attach = await session.run(['attach', 'soft', '-e', 'rl']);
    expect(attach.exitCode).not.toBe(0);
    await session.ok(['restart', 'soft', '-e', 'rl']);
    await session.until('rl', 'soft', 'running');
    expect(await session.tmux.windows()).toEqual(['rl 0 soft', 'rl 1 hard']);
  });

  test('kills the server: a process that survives is still listed and logged, and can be deleted', async ({
    session,
  }) => {
    await session.launch('rl', two);
    const { pid = 0 } = await session.until('rl', 'hard', 'running');
    await session.tmux.ok('kill-server');
    await session.until('rl', 'soft', 'failed');
    expect(await session.until('rl', 'hard', 'running')).toMatchObject({ pid });
    expect(isAlive(pid)).toBe(true);
    expect(await session.logs('rl', 'hard')).toEqual(['up']);
    await session.ok(['restart', 'soft', '-e', 'rl']);
    expect(await session.tmux.windows()).toEqual(['rl 0 soft']);
    await session.delete('rl');
    expect(isAlive(pid)).toBe(false);
  });

  test('removes the socket of the server: there is still only one server, and it ends after the last delete', async ({
    session,
  }) => {
    await session.launch('rl', two);
    await session.launch('other', two);
    const { pid = 0 } = await session.until('rl', 'soft', 'running');
    await session.until('rl', 'hard', 'running');
    const servers = () => hostProcesses().filter(({ command }) => isServer(command, session.tmux.socket));
    expect(servers()).toHaveLength(1);
    await rm(`/tmp/tmux-${process.getuid?.()}/${session.tmux.socket}`);
    await session.ok(['restart', 'soft', '-e', 'rl']);
    await session.until('rl', 'soft', ({ state, restarts }) => state === 'running' && restarts === 1);
    expect(isAlive(pid)).toBe(false);
    expect(await session.tmux.windows()).toEqual(['other 0 soft', 'other 1 hard', 'rl 0 soft', 'rl 1 hard']);
    expect(servers()).toHaveLength(1);
    await session.delete('other');
    await rm(`/tmp/tmux-${process.getuid?.()}/${session.tmux.socket}`);
    await session.delete('rl');
    await waitFor(() => servers().length === 0, { what: 'the tmux server to end' });
  });

  test('kills the session: a restart policy restarts its processes in a new one', async ({ session }) => {
    await session.launch('rl', {
      processes: { main: { command: 'exec sleep 600', restart: 'on-failure' }, other: { command: 'exec sleep 600' } },
    });
    await session.until('rl', 'main', 'running');
    await session.tmux.ok('kill-session', '-t', '=rl');
    await session.until('rl', 'main', ({ state, restarts }) => state === 'running' && restarts === 1);
    expect(await session.tmux.windows()).toEqual(['rl 0 main']);
  });

  test('has sessions on the server: they are neither listed nor touched', async ({ session }) => {
    await session.tmux.ok('new-session', '-d', '-s', 'mine', '-n', 'own', 'exec sleep 600');
    await session.launch('rl', two);
    expect((await session.experiments()).map(({ name }) => name)).toEqual(['rl']);
    await session.tmux.ok('new-window', '-d', '-t', '=rl:', '-n', 'extra', 'exec sleep 600');
    await session.delete('rl');
    expect(await session.tmux.windows()).toEqual(['mine 0 own']);
    const path = await session.file('mine.json', { name: 'mine', processes: { main: { command: 'sleep 600' } } });
    const { exitCode, stderr } = await session.run(['launch', path]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('mine');
    expect(await session.tmux.windows()).toEqual(['mine 0 own']);
    expect(await session.experiments()).toEqual([]);
    await session.tmux.ok('kill-session', '-t', '=mine');
  });

  test('moves a window into their own session: it is deleted with the experiment, the rest stays', async ({
    session,
  }) => {
    await session.tmux.ok('new-session', '-d', '-s', 'mine', '-n', 'own', 'exec sleep 600');
    await session.launch('rl', two);
    await session.until('rl', 'soft', 'running');
    await session.tmux.ok('move-window', '-s', '=rl:0', '-t', '=mine:5');
    await session.ok(['restart', 'soft', '-e', 'rl']);
    expect(await session.tmux.windows()).toEqual(['mine 0 own', 'mine 5 soft', 'rl 1 hard']);
    await session.delete('rl');
    expect(await session.tmux.windows()).toEqual(['mine 0 own']);
    await session.tmux.ok('kill-session', '-t', '=mine');
  });

  test('kills the supervisor: the next one adopts everything', async ({ session }) => {
    await session.launch('rl', {
      processes: { main: { command: 'exec sleep 600' }, later: { command: 'read x </dev/tty; exit 5' } },
    });
    const { pid } = await session.until('rl', 'main', 'running');
    await session.until('rl', 'later', 'running');
    for (const supervisor of supervisors(session)) process.kill(supervisor.pid, 'SIGKILL');
    await session.tmux.ok('send-keys', '-t', '=rl:1', 'Enter');
    expect(await session.until('rl', 'later', 'failed')).toMatchObject({ exitCode: 5 });
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ pid, restarts: 0 });
    await session.ok(['restart', 'later', '-e', 'rl']);
    expect(await session.tmux.windows()).toEqual(['rl 0 main', 'rl 1 later']);
  });

  test('suspends the server: no command waits forever, and deleting reports it', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'exec sleep 600' } } });
    const { pid = 0 } = await session.until('rl', 'main', 'running');
    const server = Number(await session.tmux.ok('display-message', '-p', '#{pid}'));
    process.kill(server, 'SIGSTOP');
    try {
      expect((await session.experiments())[0]).toMatchObject({ name: 'rl', state: 'running' });
      const deletion = await session.run(['d', 'rl', '--force']);
      expect(deletion.exitCode).toBe(1);
      expect(deletion.stderr).toContain('did not answer');
      await waitFor(() => !isAlive(pid), { what: 'the process to have ended nevertheless' });
    } finally {
      process.kill(server, 'SIGCONT');
    }
    await session.delete('rl');
  });
});
