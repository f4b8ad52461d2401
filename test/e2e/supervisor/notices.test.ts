import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Notice } from '../../../src/engine/contract/notices.ts';
import { isAlive } from '../../support/host-processes.ts';
import { test as base, type Session } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
const test = base.extend('hook', async ({}, { onCleanup }) => {
  const notices: Notice[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += String(data)));
    request.on('end', () => {
      notices.push(JSON.parse(body) as Notice);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { notices, address: `http://127.0.0.1:${port}/secret-token` };
});

function setNotify(session: Session, settings: object): void {
  session.env.SYMPHONY_NOTIFY = JSON.stringify(settings);
}

async function killSupervisor(session: Session): Promise<void> {
  const pids = supervisors(session).map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await waitFor(() => !pids.some(isAlive));
}

async function noticesIn(session: Session, file: string): Promise<Notice[]> {
  const text = await readFile(join(session.folder, file), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Notice);
}

const append = (file: string) => `cat >> ${file}; echo >> ${file}`;

describe('notices', () => {
  test('tell a webhook and a command once, by the supervisor alone', async ({ session, hook }) => {
    setNotify(session, { webhook: hook.address, command: append('told') });
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
    expect(await session.ok(['events', 'rl'])).toMatch(/NoticeSent +told the webhook: done/);
  });

  test('repeat themselves after a kill -9 while they are sent, with the same id, and only then', async ({
    session,
  }) => {
    setNotify(session, { command: `${append('told')}; until test -f go; do sleep 0.1; done`, on: ['done'] });
    await session.launch('rl', { processes: { main: { command: 'exit 0' } } });
    await waitFor(async () => (await noticesIn(session, 'told')).length === 1);
    await killSupervisor(session);
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
    for (const wrong of [
      { webhook: 'ftp://x/secret-token' },
      { on: ['nothing'], webhook: 'https://x/secret-token' },
      { comand: 'x' },
      { command: [] },
      ['secret-token'],
    ]) {
      setNotify(session, wrong);
      const { exitCode, stderr } = await session.run(['config']);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/SYMPHONY_NOTIFY: notify is/);
      expect(stderr).not.toContain('secret-token');
    }
    delete session.env.SYMPHONY_NOTIFY;
    await session.ok(['config', 'set', 'notify', '{"desktop": true, "on": ["failed"]}']);
    expect(await session.json(['config', 'get', 'notify'])).toMatchObject({ value: { desktop: true, on: ['failed'] } });
  });
});
