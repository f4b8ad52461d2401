import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { ExperimentRecord } from '../../../src/backends/supervision/records/experiment-record.ts';
import { isAlive } from '../../support/host-processes.ts';
import { type Session, test } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

const steady = { processes: { main: { command: 'exec sleep 600' } } };
const restarted = { processes: { main: { command: 'exec sleep 600', restart: 'always' } } };

async function removeState(session: Session, experiment: string): Promise<void> {
  const files = (await recordFiles(session, experiment)).map((path) => path.replace(/experiment.*$/, 'state.json'));
  for (const file of files) await rm(file, { force: true });
}

/** The record files of an experiment, whatever they contain. */
async function recordFiles(session: Session, experiment: string): Promise<string[]> {
  const entries = await readdir(session.place.home, { recursive: true, withFileTypes: true });
  return entries
    .filter(({ name, parentPath }) => /^experiment.*\.json$/.test(name) && parentPath.endsWith(`/${experiment}`))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function killSupervisors(session: Session): Promise<void> {
  for (const { pid } of supervisors(session)) process.kill(pid, 'SIGKILL');
  await waitFor(() => supervisors(session).length === 0);
}

function edit(change: (record: ExperimentRecord) => object) {
  return (text: string) => JSON.stringify({ ...JSON.parse(text), ...change(JSON.parse(text) as ExperimentRecord) });
}

describe('an experiment whose record', () => {
  test.for([
    ['is of a future version', edit(() => ({ schema: 99 })), /newer version/],
    ['is garbage', () => '\u0000{"', /damaged/],
    ['is that of another experiment', edit(() => ({ name: 'elsewhere' })), /elsewhere/],
    ['names a backend that does not exist', edit(() => ({ backend: 'abacus' })), /abacus/],
    ['has a spec that cannot be used', edit(() => ({ spec: null })), /spec/],
    ['has services that cannot be used', edit(() => ({ services: [null] })), /cannot be used/],
  ] as const)(
    '%s is listed in words and can be deleted, and the others are supervised',
    async ([, damage, words], { session }) => {
      await session.launch('rl', steady);
      await session.launch('other', restarted);
      const { pid = 0 } = await session.until('rl', 'main', 'running');
      const { pid: other = 0 } = await session.until('other', 'main', 'running');
      await killSupervisors(session);
      for (const path of await recordFiles(session, 'rl')) await writeFile(path, damage(await readFile(path, 'utf8')));

      expect(await session.experiments()).toMatchObject([
        { name: 'rl', state: 'degraded', reason: expect.stringMatching(words) },
        { name: 'other', state: 'running' },
      ]);
      process.kill(other, 'SIGKILL');
      await session.until('other', 'main', ({ state, restarts }) => state === 'running' && restarts === 1);
      for (const command of [
        ['p', 'rl'],
        ['describe', 'rl'],
        ['stop', 'main', '-e', 'rl'],
      ]) {
        const { exitCode, stderr } = await session.run(command);
        expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(words) });
        expect(stderr).toContain('symphony delete rl');
      }
      expect(isAlive(pid)).toBe(true);
      expect(await session.run(['launch', `${session.folder}/rl.json`])).toMatchObject({ exitCode: 1 });
      await session.delete('rl');
      expect(isAlive(pid)).toBe(false);
      expect((await session.experiments()).map(({ name }) => name)).toEqual(['other']);
    },
  );

  test('is missing is listed and can be deleted or replaced', async ({ session }) => {
    for (const name of ['rl', 'again']) await session.launch(name, steady);
    const { pid = 0 } = await session.until('rl', 'main', 'running');
    const { pid: old = 0 } = await session.until('again', 'main', 'running');
    await killSupervisors(session);
    for (const name of ['rl', 'again']) for (const path of await recordFiles(session, name)) await rm(path);
    expect(await session.experiments()).toMatchObject([
      { reason: expect.stringContaining('missing') },
      { reason: expect.stringContaining('missing') },
    ]);
    await session.ok(['launch', `${session.folder}/again.json`, '--force']);
    await session.delete('rl');
    await session.until('again', 'main', 'running');
    expect([pid, old].map(isAlive)).toEqual([false, false]);
  });

  test('has a pattern that cannot be compiled is degraded, and everything works on it', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'exec sleep 600', ready: { log: 'never' } } } });
    await session.launch('other', restarted);
    const { pid = 0 } = await session.until('rl', 'main', ({ pid }) => pid !== undefined);
    await killSupervisors(session);
    for (const path of await recordFiles(session, 'rl')) {
      await writeFile(path, (await readFile(path, 'utf8')).replace('"never"', JSON.stringify('a\\-b')));
    }
    const [rl, other] = await session.experiments();
    expect(rl).toMatchObject({ state: 'degraded', reason: expect.stringContaining('Invalid escape') });
    expect(other).toMatchObject({ state: 'running' });
    await session.ok(['restart', 'main', '-e', 'rl']);
    await session.until('rl', 'main', ({ restarts, pid }) => restarts === 1 && pid !== undefined);
    expect(supervisors(session)).toHaveLength(1);
    await session.delete('rl');
    expect(isAlive(pid)).toBe(false);
  });
});

describe('the state file of an experiment is missing', () => {
  test('what runs goes on with its logs, and what ended is known by its exit code', async ({ session }) => {
    await session.launch('rl', {
      processes: { main: { command: 'echo here; exec sleep 600' }, over: { command: 'exit 7' } },
    });
    const { pid = 0 } = await session.until('rl', 'main', 'running');
    await session.until('rl', 'over', 'failed');
    await killSupervisors(session);
    await removeState(session, 'rl');
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ pid, restarts: 0 });
    expect(await session.until('rl', 'over', 'failed')).toMatchObject({ exitCode: 7 });
    expect(await session.logs('rl', 'main')).toEqual(['here']);
    await session.delete('rl');
    expect(isAlive(pid)).toBe(false);
  });
});

describe('the state file of an experiment with start conditions is missing', () => {
  test('what waits goes on waiting, and starts once its condition holds', async ({ session }) => {
    const go = `${session.folder}/go`;
    await session.launch('rl', {
      processes: {
        main: { command: `until test -f ${go}; do sleep 0.1; done` },
        over: { command: 'exit 3' },
        next: { command: 'exec sleep 600', after: { main: 'succeeded' } },
        never: { command: 'exec sleep 600', after: { over: 'succeeded' } },
      },
    });
    await session.until('rl', 'main', 'running');
    await session.until('rl', 'never', 'stopped');
    await killSupervisors(session);
    await removeState(session, 'rl');
    const waiting = await session.until('rl', 'next', ({ reason }) => reason === 'waits for main to succeed');
    expect(waiting.state).toBe('pending');
    expect((await session.until('rl', 'never', 'stopped')).reason).toBe('not started: over failed (exit code 3)');
    await writeFile(go, '');
    expect(await session.until('rl', 'next', 'running')).toMatchObject({ restarts: 0 });
  });
});

describe('the files of an experiment are removed while it runs', () => {
  test.for(['its folder', 'all of SYMPHONY_HOME'])(
    '%s: commands agree, and delete ends it',
    async (what, { session }) => {
      await session.launch('rl', steady);
      const { pid = 0 } = await session.until('rl', 'main', 'running');
      const [record = ''] = await recordFiles(session, 'rl');
      const folder = what === 'its folder' ? join(record, '..') : session.place.home;
      await rm(folder, { recursive: true, maxRetries: 5 });
      expect(await session.processes('rl')).toMatchObject([{ name: 'main', state: 'running', pid }]);
      expect((await session.experiments()).map(({ name }) => name)).toEqual(['rl']);
      expect(await session.run(['restart', 'main', '-e', 'rl'])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('its launch file was removed'),
      });
      await killSupervisors(session);
      expect(await session.processes('rl')).toMatchObject([{ name: 'main', state: 'running', pid }]);
      await session.delete('rl');
      expect(isAlive(pid)).toBe(false);
      expect(await session.experiments()).toEqual([]);
    },
  );

  test('one that is over is gone with them', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'exit 0' } } });
    await session.launch('other', steady);
    await session.until('rl', 'main', 'succeeded');
    const [record = ''] = await recordFiles(session, 'rl');
    await rm(join(record, '..'), { recursive: true, maxRetries: 5 });
    expect(await session.run(['p', 'rl'])).toMatchObject({ exitCode: 3 });
    expect((await session.experiments()).map(({ name }) => name)).toEqual(['other']);
  });
});
