import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect } from 'vitest';
import { run } from '../../support/bin.ts';
import { isAlive } from '../../support/host-processes.ts';
import { type TmuxSession, test } from './support/tmux-session.ts';

/** A PATH whose first folder has this script as `tmux`. */
async function pathWithTmux(session: TmuxSession, script: string): Promise<string> {
  const path = await session.file('programs/tmux', `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return `${dirname(path)}:${process.env.PATH}`;
}

/** A PATH without tmux, with only the programs that a shell script needs. */
async function pathWithoutTmux(session: TmuxSession): Promise<string> {
  const folder = `${session.folder}/no-tmux`;
  const links = 'mkdir "$1"; for p in sh sleep cat env; do ln -s "$(command -v $p)" "$1/$p"; done';
  await run(['sh', '-c', links, 'sh', folder]);
  return folder;
}

async function check(session: TmuxSession, PATH: string) {
  const backends = await session.json<{ name: string; works: boolean; detail: string }[]>(['backends'], {
    env: { PATH },
  });
  return backends.find(({ name }) => name === 'tmux');
}

async function launch(session: TmuxSession, PATH: string) {
  const path = await session.file('rl.json', { name: 'rl', processes: { main: { command: 'exec sleep 600' } } });
  return session.run(['launch', path], { env: { PATH } });
}

describe('a machine’s tmux', () => {
  test('is named with its version and path', async ({ session }) => {
    const { stdout } = await run(['tmux', '-V']);
    expect(await check(session, process.env.PATH ?? '')).toMatchObject({
      works: true,
      detail: expect.stringMatching(new RegExp(`^${stdout.trim()}, /.*/tmux$`)),
    });
  });

  test('may be missing', async ({ session }) => {
    const PATH = await pathWithoutTmux(session);
    expect(await check(session, PATH)).toMatchObject({ works: false, detail: expect.stringContaining('3.2') });
    const { exitCode, stderr } = await launch(session, PATH);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('There is no tmux');
    expect(await session.experiments()).toEqual([]);
  });

  test('may be too old', async ({ session }) => {
    const PATH = await pathWithTmux(session, 'echo tmux 3.1c');
    expect(await check(session, PATH)).toMatchObject({ works: false, detail: expect.stringMatching(/3\.1c.*3\.2/s) });
    const { exitCode, stderr } = await launch(session, PATH);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/3\.1c.*3\.2/s);
  });

  test('may hang, and is given up after a time limit', async ({ session }) => {
    const PATH = await pathWithTmux(session, 'sleep 600');

    expect(await check(session, PATH)).toMatchObject({ works: false, detail: expect.stringContaining('answer') });
    expect((await launch(session, PATH)).exitCode).toBe(4);
  });

  test('may fail in the middle of a launch: nothing is left of it', async ({ session }) => {
    const PATH = await pathWithTmux(session, 'case $1 in -V) echo tmux 3.4 ;; *) echo broken >&2; exit 1 ;; esac');
    const { exitCode, stderr } = await launch(session, PATH);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('broken');
    expect(await session.experiments()).toEqual([]);
  });

  test('may disappear after a launch: running processes are still listed, logged and deleted', async ({ session }) => {
    const PATH = await pathWithTmux(session, `exec ${(await run(['sh', '-c', 'command -v tmux'])).stdout.trim()} "$@"`);
    expect((await launch(session, PATH)).exitCode).toBe(0);
    const { pid = 0 } = await session.until('rl', 'main', 'running');
    await run(['rm', `${session.folder}/programs/tmux`]);
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ pid });
    await session.delete('rl');
    expect(isAlive(pid)).toBe(false);
  });
});
