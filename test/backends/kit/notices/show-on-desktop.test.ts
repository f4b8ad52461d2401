import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test as base, describe, expect } from 'vitest';
import { tmuxPassesThrough } from '../../../../src/backends/kit/notices/ask-tmux.ts';
import { showOnDesktop } from '../../../../src/backends/kit/notices/show-on-desktop.ts';
import type { DueNotice } from '../../../../src/engine/rules/notices.ts';
import { hasTmux } from '../../../support/has-tmux.ts';

const notice: DueNotice = {
  id: '0123456789abcdef',
  kind: 'failed',
  experiment: 'rl',
  backend: 'local',
  state: 'degraded',
  text: 'rl: learner failed (exit code 3)',
  processes: [],
};
const sequence = '\x1b]9;Symphony: rl failed: rl: learner failed (exit code 3)\x07';
const { signal } = new AbortController();

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
  .extend('folder', async ({}, { onCleanup }) => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-desktop-'));
    onCleanup(() => rm(folder, { recursive: true, force: true }));
    return folder;
  });

async function shown(environment: Readonly<Record<string, string>>, isToldByBackend = false): Promise<string[]> {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  await showOnDesktop(notice, { environment, isToldByBackend, write, signal });
  return written;
}

describe('showOnDesktop', () => {
  test('uses the terminal where this machine has no desktop of the user', async ({ folder }) => {
    expect(await shown({ TERM: 'xterm-256color', PATH: folder })).toEqual([sequence]);
    expect(await shown({ TERM: 'xterm-256color', PATH: folder, DISPLAY: ':0' })).toEqual([sequence]);
    expect(await shown({ TERM: 'dumb', PATH: folder })).toEqual([]);
    await showOnDesktop(notice, { environment: { TERM: 'xterm' }, isToldByBackend: false, signal });
  });

  test('uses notify-send in a session of this machine, unless the backend does', async ({ folder }) => {
    const program = join(folder, 'notify-send');
    await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" >> ${folder}/told\n`);
    await chmod(program, 0o755);
    const session = { TERM: 'xterm', PATH: `${folder}:/usr/bin:/bin`, DISPLAY: ':0' };
    expect(await shown(session, true)).toEqual([]);
    await expect(readFile(join(folder, 'told'))).rejects.toThrow();
    expect(await shown(session)).toEqual([]);
    expect(await readFile(join(folder, 'told'), 'utf8')).toMatch(/Symphony: rl failed\nrl: learner failed/);
    // The desktop of an ssh session is that of another machine.
    expect(await shown({ ...session, SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, true)).toEqual([sequence]);
  });

  test('asks a tmux before it writes through it', async ({ folder }) => {
    const answer = async (text: string) => {
      await writeFile(join(folder, 'tmux'), `#!/bin/sh\n${text}\n`);
      await chmod(join(folder, 'tmux'), 0o755);
    };
    const environment = { TERM: 'tmux-256color', TMUX: '/x,1,0', TMUX_PANE: '%1', PATH: `${folder}:/usr/bin:/bin` };
    for (const [program, isShown] of [
      ['echo off', false],
      ['echo on', true],
      ['echo all', true],
      // A tmux before 3.3 has no such option, and passes everything.
      [':', true],
      ['exit 1', false],
    ] as const) {
      await answer(program);
      expect(await shown(environment)).toEqual(isShown ? [`\x1bPtmux;\x1b${sequence}\x1b\\`] : []);
    }
  });

  test.skipIf(!hasTmux)('understands a real tmux', async ({ folder }) => {
    const tmux = async (...args: string[]) => {
      const run = await promisify(execFile)('tmux', ['-S', join(folder, 's'), '-f', '/dev/null', ...args]);
      return run.stdout.trim();
    };
    await tmux('new-session', '-d', 'sleep 600');
    try {
      const [pane = '', pid = ''] = (await tmux('list-panes', '-F', '#{pane_id} #{pid}')).split(' ');
      const environment = { PATH: process.env.PATH, TMUX: `${join(folder, 's')},${pid},0`, TMUX_PANE: pane };
      expect(await tmuxPassesThrough(environment, signal)).toBe(false);
      await tmux('set-option', '-g', 'allow-passthrough', 'on');
      expect(await tmuxPassesThrough(environment, signal)).toBe(true);
      await tmux('set-option', '-p', '-t', pane, 'allow-passthrough', 'off');
      expect(await tmuxPassesThrough(environment, signal)).toBe(false);
      expect(await tmuxPassesThrough({ ...environment, TMUX: '/no/such/socket,1,0' }, signal)).toBe(false);
    } finally {
      await tmux('kill-server');
    }
  });
});
