import { once } from 'node:events';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { Notice } from '../../../src/engine/contract/notices.ts';
import { hasTmux } from '../../support/has-tmux.ts';
import { isAlive } from '../../support/host-processes.ts';
import { test as base, type Session } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
const test = base.extend('hook', async ({}, { onCleanup }) => {
  const notices: Notice[] = [];
  let hangs = false;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += String(data)));
    request.on('end', () => {
      notices.push(JSON.parse(body) as Notice);
      if (!hangs) response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const hang = () => {
    hangs = true;
  };
  return { notices, hang, address: `http://127.0.0.1:${port}/secret-token` };
});

function setNotify(session: Session, settings: object): void {
  session.env.SYMPHONY_NOTIFY = JSON.stringify(settings);
}

async function killSupervisor(session: Session): Promise<void> {
  const pids = supervisors(session).map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await waitFor(() => !pids.some(isAlive));
}

/** The process whose pid a command writes into a file. */
function pidIn(session: Session, file: string): Promise<number> {
  return waitFor(async () => {
    const text = await readFile(join(session.folder, file), 'utf8').catch(() => '');
    return text.endsWith('\n') ? Number(text) : undefined;
  });
}

async function noticesIn(session: Session, file: string): Promise<Notice[]> {
  const text = await readFile(join(session.folder, file), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Notice);
}

/** Puts a `notify-send` on the PATH that writes its title and its text into a file. */
async function installDesktop(session: Session, file: string): Promise<void> {
  const script = `#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nprintf '%s: %s\\n' "$2" "$3" >> '${join(session.folder, file)}'\n`;
  await chmod(await session.file('tools/notify-send', script), 0o755);
  session.env.PATH = `${join(session.folder, 'tools')}:${process.env.PATH}`;
}

const append = (file: string) => `cat >> ${file}; echo >> ${file}`;

describe('notices', () => {
  test.for(['local', 'tmux'] as const)(
    'tell a webhook, a command and the desktop once, by the supervisor alone, on %s',
    async (backend, { session, hook, skip }) => {
      if (backend === 'tmux' && !hasTmux) return skip('tmux is not installed');
      session.env.SYMPHONY_BACKEND = backend;
      await installDesktop(session, 'shown');
      setNotify(session, { webhook: hook.address, command: append('told'), desktop: true });
      await session.launch('rl', {
        processes: { breaks: { command: 'exit 3' }, learner: { command: 'until test -f go; do sleep 0.1; done' } },
      });
      await waitFor(() => hook.notices.length > 0);
      expect(hook.notices).toMatchObject([
        { kind: 'failed', experiment: 'rl', text: 'rl: breaks failed (exit code 3)', processes: [{ name: 'breaks' }] },
      ]);
      await session.file('go', '');
      await waitFor(() => hook.notices.length > 1);
      expect(hook.notices[1]).toMatchObject({ kind: 'done', state: 'failed' });
      // It ends by itself once everything is told.
      await waitFor(() => supervisors(session).length === 0);
      expect(hook.notices).toHaveLength(2);
      const ids = hook.notices.map(({ id }) => id);
      expect((await noticesIn(session, 'told')).map(({ id }) => id)).toEqual(ids);
      expect((await readFile(join(session.folder, 'shown'), 'utf8')).split('\n')).toEqual([
        'Symphony: rl failed: rl: breaks failed (exit code 3)',
        'Symphony: rl done: rl failed: breaks failed (exit code 3)',
        '',
      ]);
      expect(await session.ok(['events', 'rl'])).toMatch(/NoticeSent +told the webhook: done/);
    },
  );

  test('repeat themselves after a kill -9 while they are sent, with the same id, and only then', async ({
    session,
  }) => {
    const command = `${append('told')}; test -f pid || echo $$ > pid; until test -f go; do sleep 0.1; done`;
    setNotify(session, { command, on: ['done'] });
    await session.launch('rl', { processes: { main: { command: 'exit 0' } } });
    const pid = await pidIn(session, 'pid');
    await killSupervisor(session);
    await waitFor(() => !isAlive(pid), { what: 'the interrupted command to be gone' });
    await session.file('go', '');
    await session.experiments();
    await waitFor(async () => (await noticesIn(session, 'told')).length === 2);
    await waitFor(() => supervisors(session).length === 0);
    await session.ok(['restart', 'main', '-e', 'rl']);
    await waitFor(async () => (await noticesIn(session, 'told')).length === 3);
    await waitFor(() => supervisors(session).length === 0);
    const [first, repeated, later] = await noticesIn(session, 'told');
    expect(repeated?.id).toBe(first?.id);
    expect(later?.id).not.toBe(first?.id);
  });

  test('are not lost when the supervisor is killed at any moment around the sending', { timeout: 120_000 }, async ({
    session,
    hook,
  }) => {
    setNotify(session, { webhook: hook.address });
    // A notice is sent a second after the end.
    for (const milliseconds of [0, 400, 900, 1_100, 1_300]) {
      const name = `after-${milliseconds}`;
      await session.launch(name, { processes: { main: { command: 'exit 0' } } });
      await delay(milliseconds);
      await killSupervisor(session);
      await session.experiments();
      const own = () => hook.notices.filter(({ experiment }) => experiment === name);
      await waitFor(() => own().length > 0, { what: `the notice of ${name}` });
      await waitFor(() => supervisors(session).length === 0);
      expect(new Set(own().map(({ id }) => id)).size).toBe(1);
      expect(own().length).toBeLessThanOrEqual(2);
    }
  });

  test('hold nothing up and leave no process if their webhook hangs and their command never ends', {
    timeout: 120_000,
  }, async ({ session, hook }) => {
    hook.hang();
    setNotify(session, { webhook: hook.address, command: 'echo $$ > pid; sleep 600', on: ['failed'] });
    await session.launch('rl', {
      processes: {
        breaks: { command: 'exit 3' },
        next: { command: 'sleep 600', after: { waits: 'ended' } },
        waits: { command: 'sleep 600' },
      },
    });
    const pid = await pidIn(session, 'pid');
    await waitFor(() => hook.notices.length > 0);
    await session.ok(['stop', 'waits', '-e', 'rl']);
    await session.until('rl', 'next', 'running');
    await session.delete('rl');
    expect(await session.experiments()).toEqual([]);
    expect(isAlive(pid)).toBe(true);
    await waitFor(() => supervisors(session).length === 0, {
      timeout: 60,
      what: 'the supervisor to give up, and to end',
    });
    expect(isAlive(pid)).toBe(false);
    expect(new Set(hook.notices.map(({ id }) => id)).size).toBe(1);
  });

  test('that cannot be sent are a note and an event, and the experiment goes on', async ({ session, hook }) => {
    const gone = hook.address.replace(/:\d+/, ':1');
    const settings = JSON.stringify({ webhook: gone, command: ['no-such-program'] });
    await session.ok(['config', 'set', 'notify', settings]);
    await session.launch('rl', { processes: { breaks: { command: 'exit 3' }, stays: { command: 'sleep 600' } } });
    const described = await waitFor(async () => {
      const text = await session.ok(['describe', 'rl']);
      return /The webhook could not be told/.test(text) && text;
    });
    expect(described).toMatch(/The command could not be told \(failed\): it cannot be run/);
    expect(await session.ok(['events', 'rl'])).toMatch(
      /Note +The webhook could not be told \(failed\): 127\.0\.0\.1:1 /,
    );
    expect((await session.processes('rl')).map(({ state }) => state)).toEqual(['failed', 'running']);
    expect(described).not.toContain('secret-token');
    const entries = await readdir(session.place.home, { recursive: true, withFileTypes: true });
    const telling = await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async ({ parentPath, name }) => [name, await readFile(join(parentPath, name), 'utf8')] as const),
    );
    expect(
      telling
        .filter(([, text]) => text.includes('secret-token'))
        .map(([name]) => name)
        .sort(),
    ).toEqual(['notify.json', 'settings.json']);
  });

  test('are sent before an experiment is deleted, and not for a deletion', async ({ session }) => {
    setNotify(session, { command: append('told') });
    await session.launch('fails', { processes: { breaks: { command: 'exit 3' }, stays: { command: 'sleep 600' } } });
    await session.until('fails', 'breaks', 'failed');
    await session.launch('runs', { processes: { stays: { command: 'sleep 600' } } });
    await session.delete('runs');
    await session.delete('fails');
    await waitFor(() => supervisors(session).length === 0);
    expect(await noticesIn(session, 'told')).toMatchObject([{ kind: 'failed', experiment: 'fails' }]);
  });

  test('have settings that are checked, and shown without the address', async ({ session, hook }) => {
    setNotify(session, { webhook: hook.address });
    for (const args of [['config'], ['config', '-o', 'json'], ['config', 'get', 'notify']]) {
      const text = await session.ok(args);
      expect(text).not.toContain('secret-token');
      expect(text).toContain('127.0.0.1');
    }
    for (const [wrong, message] of [
      [{ webhook: 'ftp://x/secret-token' }, 'notify.webhook is "ftp://x/…".'],
      [{ webhook: 'https://x/secret-token', on: ['done', 'nothing'] }, 'notify.on[1] is "nothing".'],
      [{ comand: 'secret-token' }, 'notify.comand is not known.'],
      [{ command: [] }, 'notify.command is [].'],
      [['secret-token'], 'notify is "<hidden>".'],
    ] as const) {
      setNotify(session, wrong);
      const { exitCode, stderr } = await session.run(['config']);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`SYMPHONY_NOTIFY: ${message}`);
      expect(stderr).not.toContain('secret-token');
    }
    delete session.env.SYMPHONY_NOTIFY;
    await session.ok(['config', 'set', 'notify', '{"desktop": true, "on": ["failed"]}']);
    expect(await session.json(['config', 'get', 'notify'])).toMatchObject({ value: { desktop: true, on: ['failed'] } });
  });
});
