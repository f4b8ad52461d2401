import { existsSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import type { HistoryEntry, HistoryRecord } from '../../../src/engine/history/history-entry.ts';
import { hasTmux } from '../../support/has-tmux.ts';
import { isAlive } from '../../support/host-processes.ts';
import { type Session, test } from '../../support/session.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Writes for half a second after it is asked to end. */
const dying = 'trap "echo dying; sleep 0.5; echo last words; exit 0" TERM; echo hello; while :; do sleep 0.1; done';

const entries = (session: Session) => session.json<HistoryEntry[]>(['history']);
const pastLogs = async (session: Session, ...args: string[]) =>
  (await session.ok(['history', 'logs', ...args])).split('\n').slice(0, -1);

describe('the history', () => {
  test.for(['local', 'tmux'] as const)(
    'keeps on %s what a process writes while it is being stopped, its runs, and its end',
    async (backend, { session, skip }) => {
      if (backend === 'tmux' && !hasTmux) return skip('tmux is not installed');
      session.env.SYMPHONY_BACKEND = backend;
      await session.launch('rl', {
        processes: {
          main: { command: dying },
          again: { command: 'echo try; exit 3', restart: 'on-failure', maxRestarts: 1 },
        },
      });
      await waitFor(async () => (await session.logs('rl', 'main')).includes('hello'));
      await session.until('rl', 'again', 'failed');
      expect(await session.ok(['delete', 'rl', '--force'])).toBe('Deleted rl.\n');

      const [entry] = await entries(session);
      expect(entry).toMatchObject({
        name: 'rl.1',
        experiment: 'rl',
        backend,
        how: 'deleted',
        state: 'degraded',
        processes: { total: 2, failed: 1, running: 0 },
        notes: [],
      });
      const lines = await pastLogs(session, 'rl', 'main');
      expect(lines.filter((line) => line !== 'Terminated')).toEqual(['hello', 'dying', 'last words']);
      expect(await pastLogs(session, 'rl.1', 'again', '--all')).toEqual(['try', 'try']);
      expect(await pastLogs(session, 'rl', 'again', '--previous')).toEqual(['try']);
      expect(await pastLogs(session, 'rl', 'main', '--grep', 'last')).toEqual(['last words']);
      expect((await pastLogs(session, 'rl', 'again', '-t'))[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}Z try$/);
      const record = await session.json<HistoryRecord>(['history', 'show', 'rl']);
      expect(record.description?.members).toMatchObject([
        { name: 'main', state: 'stopped', runs: [{ run: 1 }] },
        { name: 'again', state: 'failed', exitCode: 3, runs: [{ exitCode: 3 }, { exitCode: 3 }] },
      ]);
      expect(record.events.map(({ reason }) => reason)).toContain('Failed');
      expect(await session.json(['history', 'show', 'rl', 'again'])).toMatchObject({ exitCode: 3 });
    },
  );

  test('restores an experiment, and what was replaced comes into it', async ({ session }) => {
    session.env.TOKEN = 'sesame';
    const env = { TOKEN: { secret: true, fromEnv: 'TOKEN' } };
    await session.launch('rl', { processes: { main: { command: 'echo $TOKEN | tr a-z A-Z; sleep 600', env } } });
    await session.launch('rl', { processes: { main: { command: 'sleep 600' } } }, ['--force']);
    expect(await entries(session)).toMatchObject([{ name: 'rl.1', how: 'replaced' }]);
    await session.delete('rl');
    expect(await session.ok(['history', '-o', 'name'])).toBe('rl.1\nrl.2\n');

    await session.ok(['history', 'restore', 'rl.1', '--name', 'again']);
    await waitFor(async () => (await session.logs('again', 'main')).includes('SESAME'));
    const conflict = await session.run(['history', 'restore', 'rl.1', '--name', 'again']);
    expect(conflict).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('exists already') });
    const { TOKEN: _, ...withoutToken } = session.env;
    delete session.env.TOKEN;
    const gone = await session.run(['history', 'restore', 'rl.1'], { env: withoutToken });
    expect(gone).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('TOKEN is not set') });
    const secrets = await readdir(join(session.place.home, 'state', 'history'), { recursive: true });
    for (const file of secrets.filter((name) => name.includes('.json') || name.endsWith('logs')))
      expect(await readFile(join(session.place.home, 'state', 'history', file), 'utf8')).not.toContain('sesame');
  });

  test('is pruned on request, after a question, and completes names', async ({ session }) => {
    for (const name of ['rl', 'rl', 'eval']) {
      await session.launch(name, { processes: { main: { command: 'true' } } });
      await session.delete(name);
    }
    const unasked = await session.run(['history', 'prune', '--all']);
    expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--force') });
    expect(await session.ok(['history', 'prune', '--all', '--dry-run'])).toContain('rl.1, rl.2, eval.1');
    const inexact = await session.run(['history', 'prune', 'rl', '--force']);
    expect(inexact).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('rl.1') });
    await session.ok(['history', 'prune', 'rl.1', '--force']);
    expect(await session.ok(['history', '-o', 'name'])).toBe('rl.2\neval.1\n');
    const completed = await session.ok(['__complete', '--', 'history', 'logs', '']);
    expect(completed.split('\n').map((line) => line.split('\t')[0])).toEqual(
      expect.arrayContaining(['rl', 'rl.2', 'eval', 'eval.1']),
    );
    expect(await session.ok(['__complete', '--', 'history', 'logs', 'rl', ''])).toContain('main');
    await session.ok(['history', 'prune', '--older-than', '0s', '--force']);
    expect(await entries(session)).toEqual([]);
    const absent = await session.run(['history', 'logs', 'rl']);
    expect(absent).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('no past experiment "rl"') });
  });

  test('is off where its settings say so, and keeps no logs where they say that', async ({ session }) => {
    session.env.SYMPHONY_HISTORY_SIZE = '0';
    await session.launch('rl', { processes: { main: { command: 'echo hello' } } });
    await session.delete('rl');
    expect(existsSync(join(session.place.home, 'state', 'history'))).toBe(false);
    session.env.SYMPHONY_HISTORY_SIZE = '1Gi';
    session.env.SYMPHONY_HISTORY_LOG_SIZE = 'off';
    await session.launch('rl', { processes: { main: { command: 'echo hello' } } });
    await session.delete('rl');
    expect(await entries(session)).toMatchObject([{ name: 'rl.1' }]);
    expect(await session.run(['history', 'logs', 'rl'])).toMatchObject({ exitCode: 3 });
  });

  test('keeps only the end of a log of a gigabyte, at once', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'echo first; sleep 600', log: { size: '2G' } } } });
    await session.until('rl', 'main', 'running');
    const files = await readdir(session.place.home, { recursive: true });
    const log = join(session.place.home, files.find((name) => name.endsWith('rl/logs/main.log')) ?? '');
    await session.ok([
      'exec',
      'main',
      '-e',
      'rl',
      '--',
      'sh',
      '-c',
      `truncate -s 1G ${log}; printf '\\nlast\\n' >> ${log}`,
    ]);
    await session.delete('rl');
    const [entry] = await entries(session);
    expect(entry?.bytes).toBeLessThan(5 * 2 ** 20);
    expect(await pastLogs(session, 'rl', 'main', '--tail', '1')).toEqual(['last']);
  });
});

describe('a history that cannot be kept', () => {
  test('does not prevent a deletion on a full disk, which says so', async ({ session, skip }) => {
    const disk = await mountSmallDisk(session);
    if (disk === undefined) return skip('mounting a tmpfs needs root, and a machine that allows it');
    try {
      // More than the disk has room for a second time.
      await session.launch('rl', { processes: { main: { command: 'head -c 1200000 /dev/zero; echo; sleep 600' } } });
      await session.until('rl', 'main', 'running');
      await waitFor(async () => (await session.run(['logs', 'main', '-e', 'rl'])).stdout.length > 1e6);
      const { exitCode, stdout, stderr } = await session.run(['delete', 'rl', '--force']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Deleted rl.\n' });
      expect(stderr).toMatch(/rl: it is not in the history: no space left on device/);
      expect(await session.experiments()).toEqual([]);
      expect(await entries(session)).toEqual([]);
      expect(await readdir(join(session.place.home, 'state', 'history'))).toEqual([]);
      await session.expectCleanEnd();
    } finally {
      await disk.remove();
    }
  });

  test('does not prevent a deletion or a replacement where its folder cannot be used', async ({ session }) => {
    await mkdir(join(session.place.home, 'state'), { recursive: true });
    await writeFile(join(session.place.home, 'state', 'history'), 'a file');
    await session.launch('rl', { processes: { main: { command: 'sleep 600' } } });
    const file = await session.file('rl.json', { name: 'rl', processes: { main: { command: 'sleep 600' } } });
    const replaced = await session.run(['launch', file, '--force']);
    expect(replaced).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('The replaced rl: it is not in the'),
    });
    const deleted = await session.run(['delete', 'rl', '--force', '-o', 'json']);
    expect(JSON.parse(deleted.stdout)).toMatchObject([{ name: 'rl', leftovers: [], notes: [expect.any(String)] }]);
  });
});

describe('an experiment whose record is damaged', () => {
  test('leaves what is readable of it', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'echo hello; sleep 600' } } });
    await waitFor(async () => (await session.logs('rl', 'main')).includes('hello'));
    for (const { pid } of supervisors(session)) process.kill(pid, 'SIGKILL');
    await waitFor(() => supervisors(session).length === 0);
    const files = await readdir(session.place.home, { recursive: true });
    for (const name of files.filter((file) => /rl\/experiment.*\.json$/.test(file))) {
      const path = join(session.place.home, name);
      await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), schema: 99 }));
    }
    await session.delete('rl');
    const [entry] = await entries(session);
    expect(entry).toMatchObject({ name: 'rl.1', reason: expect.stringContaining('newer version') });
    expect(entry).not.toHaveProperty('state');
    expect(await pastLogs(session, 'rl')).toEqual(['hello']);
    expect(await session.ok(['history', 'show', 'rl'])).toContain('deleted while damaged');
    await session.ok(['history', 'restore', 'rl']);
  });
});

describe('kill -9 of the supervisor while it deletes', () => {
  test('the next one finishes, and every launch is in the history once', async ({ session }) => {
    for (const milliseconds of [0, 20, 40, 60, 80, 120, 200]) {
      await session.launch('rl', { processes: { main: { command: 'echo hello; exec sleep 600', replicas: 30 } } });
      await session.until('rl', 'main-29', 'running');
      const deleting = session.run(['delete', 'rl', '--force']);
      await new Promise((resolve) => setTimeout(resolve, 150 + milliseconds));
      const [supervisor] = supervisors(session);
      if (supervisor !== undefined) {
        process.kill(supervisor.pid, 'SIGKILL');
        await waitFor(() => !isAlive(supervisor.pid));
      }
      await deleting;
      // A deletion that had not begun when its supervisor was killed is asked for again.
      if ((await session.experiments()).some(({ state }) => state !== 'stopping')) await session.run(['d', 'rl', '-f']);
      await waitFor(async () => (await session.experiments()).length === 0);
    }
    const listed = await entries(session);
    expect(new Set(listed.map(({ launchId }) => launchId)).size).toBe(listed.length);
    const expected = Array.from({ length: 7 }, (_, index) => ({ name: `rl.${index + 1}`, how: 'deleted' }));
    expect(listed.map(({ name, how, reason }) => ({ name, how, reason }))).toEqual(expected);
    for (const { name } of listed) {
      const record = await session.json<HistoryRecord>(['history', 'show', name]);
      expect(record.logs).toHaveLength(30);
      expect((await pastLogs(session, name)).filter((line) => line.endsWith('hello'))).toHaveLength(30);
    }
  });
});

describe('kill -9 of the supervisor while it removes the folder of an experiment', () => {
  test('leaves no damaged experiment, and the launch is in the history once', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'echo hello; exec sleep 600' } } });
    await waitFor(async () => (await session.logs('rl', 'main')).includes('hello'));
    const [record] = await readdir(session.place.home, { recursive: true }).then((names) =>
      names.filter((name) => name.endsWith('rl/experiment.json')),
    );
    const folder = dirname(join(session.place.home, record as string));
    // So many files take a while to remove.
    await mkdir(join(folder, 'many'));
    for (let number = 0; number < 20_000; number += 1) writeFileSync(join(folder, 'many', `${number}`), '');
    const [supervisor] = supervisors(session);
    const deleting = session.run(['delete', 'rl', '--force']);
    const isRemoving = () => !existsSync(join(folder, 'many', '0')) || !existsSync(join(folder, 'experiment.json'));
    while (!isRemoving()) await new Promise((resolve) => setImmediate(resolve));
    process.kill((supervisor as { pid: number }).pid, 'SIGKILL');
    await waitFor(() => !isAlive((supervisor as { pid: number }).pid));
    await deleting;
    expect(await session.experiments()).toEqual([]);
    expect(await entries(session)).toMatchObject([{ name: 'rl.1', how: 'deleted', state: 'running' }]);
    await session.launch('other', { processes: { main: { command: 'sleep 600' } } });
    await waitFor(async () => (await readdir(dirname(folder))).filter((name) => name !== 'other').length === 0);
  });
});

test('only the owner can read the history', async ({ session }) => {
  await session.launch('rl', { processes: { main: { command: 'true' } } });
  await session.delete('rl');
  await chmod(session.place.folder, 0o755);
  const folder = join(session.place.home, 'state', 'history');
  const { stat } = await import('node:fs/promises');
  for (const name of ['.', 'rl.1']) expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
  for (const name of await readdir(join(folder, 'rl.1')))
    expect((await stat(join(folder, 'rl.1', name))).mode & 0o077).toBe(0);
});
