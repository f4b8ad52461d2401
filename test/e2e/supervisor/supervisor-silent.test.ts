import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import type { WatchEvent } from '../../../src/engine/contract/watch.ts';
import { Cluster } from '../../../src/index.ts';
import { type Session, test } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

const steady = { processes: { main: { command: 'exec sleep 600' } } };

/** Suspends the supervisor, and resumes it when the test is over. */
function stopSupervisor(session: Session): { readonly pid: number; readonly resume: () => void } {
  const [supervisor] = supervisors(session);
  if (supervisor === undefined) throw new Error('There is no supervisor.');
  const { pid } = supervisor;
  process.kill(pid, 'SIGSTOP');
  const resume = () => {
    process.kill(pid, 'SIGCONT');
  };
  resumes.push(resume);
  return { pid, resume };
}

const resumes: (() => void)[] = [];

afterEach(() => {
  for (const resume of resumes.splice(0)) {
    try {
      resume();
    } catch {
      // The supervisor has ended in the meantime.
    }
  }
});

describe('a suspended supervisor', () => {
  test('every command says what it waits for, and ends with what to do', async ({ session }) => {
    await session.launch('rl', steady);
    await session.until('rl', 'main', 'running');
    const other = await session.file('other.json', { name: 'other', ...steady });
    const { pid, resume } = stopSupervisor(session);
    const commands = [
      ['ls'],
      ['p', 'rl'],
      ['describe', 'rl'],
      ['launch', other],
      ['stop', 'main', '-e', 'rl'],
      ['d', 'rl', '--force'],
    ];
    const results = await Promise.all(commands.map((command) => session.run(command)));
    for (const [index, { exitCode, stderr, stdout }] of results.entries()) {
      const lines = stderr.trimEnd().split('\n');
      expect({ command: commands[index], exitCode, stdout }).toMatchObject({ exitCode: 1, stdout: '' });
      expect(lines[0]).toMatch(new RegExp(`^The supervisor \\(pid ${pid}\\) is stopped.* Waiting for it\\.$`));
      expect(lines[1]).toMatch(new RegExp(`^error: The supervisor \\(pid ${pid}\\) is stopped, .* for 15 s\\.$`));
      expect(lines[2]).toContain(`kill -CONT ${pid}`);
      expect(lines).toHaveLength(3);
    }
    resume();
    expect((await session.experiments()).map(({ name }) => name)).toEqual(['rl']);
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ restarts: 0 });
  });

  test('a time limit holds, and the first interrupt ends a command', async ({ session }) => {
    await session.launch('rl', steady);
    await session.until('rl', 'main', 'running');
    const { resume } = stopSupervisor(session);

    expect(await session.run(['wait', 'rl', '--for', 'done', '--timeout', '1', '-o', 'json'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('"code":"timeout"'),
    });

    const interrupt = (signal: NodeJS.Signals) =>
      session.run(['ls'], {
        onSpawn: (child) => {
          child.stderr?.once('data', () => child.kill(signal));
        },
      });
    const [interrupted, terminated] = await Promise.all([interrupt('SIGINT'), interrupt('SIGTERM')]);
    expect(interrupted).toMatchObject({ exitCode: 130, stderr: expect.not.stringContaining('error') });
    expect(terminated).toMatchObject({ exitCode: 143, stderr: expect.not.stringContaining('error') });
    resume();
  });

  test('a command succeeds if the supervisor answers in time', async ({ session }) => {
    await session.launch('rl', steady);
    await session.until('rl', 'main', 'running');
    const { resume } = stopSupervisor(session);
    const listed = await session.run(['p', 'rl', '-o', 'json'], {
      onSpawn: (child) => {
        child.stderr?.once('data', resume);
      },
    });
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'main', state: 'running' }]);
  });

  test('a watch reports that its data is stale, and continues afterwards', async ({ session }) => {
    await session.launch('rl', steady);
    await session.until('rl', 'main', 'running');
    process.env.SYMPHONY_HOME = session.place.home;
    const cluster = await Cluster.new('local');
    const events: WatchEvent[] = [];
    const watching = (async () => {
      for await (const event of cluster.watch()) events.push(event);
    })();
    const seen = (type: WatchEvent['type'], count = 1) =>
      waitFor(() => events.filter((event) => event.type === type).length >= count, { timeout: 30, what: type });
    await seen('snapshot');
    const first = stopSupervisor(session);
    await seen('stale');
    expect(events.find(({ type }) => type === 'stale')).toMatchObject({
      reason: expect.stringContaining(`(pid ${first.pid}) is stopped`),
    });
    // A watch that begins now reads the state from the disk.
    const later: WatchEvent[] = [];
    for await (const event of cluster.watch()) {
      later.push(event);
      break;
    }
    expect(later).toMatchObject([{ type: 'snapshot', experiments: [{ experiment: { name: 'rl' } }] }]);
    first.resume();
    await seen('fresh');
    await session.ok(['stop', 'main', '-e', 'rl']);
    const isStopped = (event: WatchEvent) => JSON.stringify(event).includes('"state":"stopped"');
    await waitFor(() => events.some(isStopped), { timeout: 30, what: 'the change' });
    await cluster.close();
    await watching;
  });

  test('a supervisor that works for a long time is waited for', async ({ session }) => {
    const command = 'trap "" TERM; echo set; while :; do sleep 0.2; done';
    await session.launch('rl', { processes: { main: { command, stop: { timeout: 18 } } } });
    await waitFor(async () => (await session.logs('rl', 'main')).includes('set'));
    expect(await session.run(['d', 'rl', '--force'])).toMatchObject({ exitCode: 0 });
  });
});

describe('an unhandled error', () => {
  test('does not end the supervisor, and is in its log in a few lines', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'exec sleep 600', restart: 'always' } } });
    const { pid = 0 } = await session.until('rl', 'main', 'running');
    const [supervisor] = supervisors(session);
    const socket = connect(await socketOf(session));
    await once(socket, 'connect');
    // The message is valid JSON, but not a request.
    socket.write('null\n');
    const log = join(session.place.home, 'state', 'supervisor.log');
    await waitFor(async () => (await readFile(log, 'utf8')).includes('unexpected error'), { what: 'the entry' });
    socket.destroy();
    expect((await readFile(log, 'utf8')).length).toBeLessThan(5_000);
    process.kill(pid, 'SIGKILL');
    await session.until('rl', 'main', ({ state, restarts }) => state === 'running' && restarts === 1);
    expect(supervisors(session).map((found) => found.pid)).toEqual([supervisor?.pid]);
  });
});

describe('a supervisor that cannot start', () => {
  test('is reported after a few attempts, with a readable log', async ({ session }) => {
    await session.launch('rl', steady);
    const [supervisor] = supervisors(session);
    const socket = await socketOf(session);
    process.kill(supervisor?.pid ?? 0, 'SIGKILL');
    await waitFor(() => supervisors(session).length === 0);
    await rm(socket, { force: true });
    await mkdir(join(socket, 'in-its-place'), { recursive: true });
    try {
      const { exitCode, stderr } = await session.run(['ls']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('The supervisor cannot be started: ');
      expect(stderr).toContain(socket);
      expect(stderr).not.toContain('Node.js v');
      const log = join(session.place.home, 'state', 'supervisor.log');
      expect((await stat(log)).size).toBeLessThan(20_000);
      expect(await readFile(log, 'utf8')).toContain('could not start');
      expect(supervisors(session)).toEqual([]);
    } finally {
      await rm(socket, { recursive: true, force: true });
    }
    await session.until('rl', 'main', 'running');
  });
});

/** The socket of this session's supervisor: the one whose lock it holds. */
async function socketOf(session: Session): Promise<string> {
  const folder = `/tmp/symphony-${process.getuid?.()}`;
  const { pid } = supervisors(session)[0] ?? { pid: 0 };
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.sock.lock')) continue;
    const holder = await readFile(join(folder, name), 'utf8').catch(() => '');
    if (holder.includes(`"pid":${pid},`)) return join(folder, name.replace(/\.lock$/, ''));
  }
  throw new Error('The supervisor has no socket.');
}
