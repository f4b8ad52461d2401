import { chmod } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { describeProcesses, hostProcesses, killAll, processesWith } from '../../support/host-processes.ts';
import { type Session, test } from '../../support/session.ts';
import { waitFor } from '../../support/wait-for.ts';

async function launchId(session: Session, experiment: string): Promise<string> {
  return (await session.json<{ launchId: string }>(['describe', experiment])).launchId;
}

/** Deletes an experiment and asserts that no process with its mark is left. */
async function expectNothingAfterDelete(session: Session, experiment: string): Promise<void> {
  const id = await launchId(session, experiment);
  expect(id).toMatch(/./);
  await session.delete(experiment);
  expect(describeProcesses(processesWith('SYMPH_ID', id))).toEqual([]);
}

describe('after delete nothing is left of', () => {
  test('a process that ignores every polite signal', async ({ session }) => {
    const command = 'trap "" TERM INT HUP QUIT; echo set; while :; do sleep 0.2; done';
    await session.launch('rl', { processes: { main: { command, stop: { timeout: 1 } } } });
    await waitFor(async () => (await session.logs('rl', 'main')).includes('set'));
    await expectNothingAfterDelete(session, 'rl');
  });

  test('a process that forks children and ends', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'sleep 601 & sleep 602 & echo parent ends' } } });
    await session.until('rl', 'main', 'succeeded');
    expect(processesWith('SYMPH_ID', await launchId(session, 'rl')).length).toBeGreaterThanOrEqual(2);
    await expectNothingAfterDelete(session, 'rl');
  });

  test('a child in a session of its own', async ({ session }) => {
    const command = 'setsid sleep 601 & setsid sh -c "trap \'\' TERM HUP; echo set; sleep 602; sleep 603" & wait';
    await session.launch('rl', { processes: { main: { command, stop: { timeout: 1 } } } });
    await waitFor(async () => (await session.logs('rl', 'main')).includes('set'));
    await expectNothingAfterDelete(session, 'rl');
  });

  test('a daemon that forked twice', async ({ session }) => {
    await session.launch('rl', {
      processes: { main: { command: '(setsid sleep 604 &); (setsid sleep 605 &); sleep 600' } },
    });
    const id = await launchId(session, 'rl');
    await waitFor(
      () =>
        processesWith('SYMPH_ID', id).filter(({ command }) => command[0] === 'sleep' && /60[45]/.test(command[1] ?? ''))
          .length === 2,
    );
    await expectNothingAfterDelete(session, 'rl');
  });

  test('a daemon that dropped its environment, too', async ({ session }) => {
    const unique = String(100_000 + process.pid);
    const daemon = `
      const { spawn } = require('child_process');
      const options = { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH } };
      spawn('sh', ['-c', 'setsid sleep ${unique} & sleep ${unique}'], options).unref();
      setTimeout(() => {}, 600_000);`;
    await session.launch('rl', { processes: { main: { command: [process.execPath, '-e', daemon] } } });
    const daemons = () => hostProcesses().filter(({ command }) => command.join(' ') === `sleep ${unique}`);
    try {
      await waitFor(() => daemons().length === 2);
      await expectNothingAfterDelete(session, 'rl');
      expect(describeProcesses(daemons())).toEqual([]);
    } finally {
      killAll(daemons());
    }
  });

  test('a process that starts new children while it is being ended', async ({ session }) => {
    const command = `trap 'setsid sleep 606 & setsid sleep 607 & exit 0' TERM; echo set; while :; do sleep 0.1; done`;
    await session.launch('rl', { processes: { main: { command } } });
    await waitFor(async () => (await session.logs('rl', 'main')).includes('set'));
    await expectNothingAfterDelete(session, 'rl');
  });

  test('a process that is suspended (SIGSTOP)', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: ['sleep', '600'], stop: { timeout: 1 } } } });
    const { pid } = await session.until('rl', 'main', 'running');
    process.kill(pid ?? 0, 'SIGSTOP');
    await expectNothingAfterDelete(session, 'rl');
  });
});

describe('the right state, with the right reason, of', () => {
  test('100 processes that exit at once', async ({ session }) => {
    await session.launch('rl', {
      processes: { good: { command: ['true'], replicas: 50 }, bad: { command: ['false'], replicas: 50 } },
    });
    await waitFor(async () =>
      (await session.processes('rl')).every(({ state }) => !['pending', 'starting', 'running'].includes(state)),
    );
    const processes = await session.processes('rl');
    expect(processes.filter(({ state, exitCode }) => state === 'succeeded' && exitCode === 0)).toHaveLength(50);
    expect(processes.filter(({ state, exitCode }) => state === 'failed' && exitCode === 1)).toHaveLength(50);
  });

  test('a process that cannot be started', async ({ session }) => {
    const plain = await session.file('plain', 'echo no');
    const script = await session.file('no-interpreter', '#!/no/such/interpreter\n');
    await chmod(script, 0o755);
    await session.launch('rl', {
      processes: {
        'no-command': { command: ['no-such-command-anywhere'] },
        'no-path': { command: ['./no/such/path'] },
        'no-folder': { command: ['true'], startDir: '/no/such/folder' },
        'not-executable': { command: [plain] },
        'is-folder': { command: [session.folder] },
        'no-interpreter': { command: [script] },
        'in-shell': { command: 'no-such-command-anywhere' },
        other: { command: ['sleep', '600'] },
      },
    });
    const reasons = {
      'no-command': /no-such-command-anywhere/,
      'no-path': /no\/such\/path/,
      'no-folder': /\/no\/such\/folder/,
      'not-executable': /plain.*executable|executable.*plain/,
      'is-folder': /is not a file/,
      'no-interpreter': /127.*a program that it needs/,
    };
    for (const [name, reason] of Object.entries(reasons)) {
      expect((await session.until('rl', name, 'failed')).reason).toMatch(reason);
    }
    expect(await session.until('rl', 'in-shell', 'failed')).toMatchObject({ exitCode: 127 });
    expect(await session.until('rl', 'other', 'running')).toMatchObject({ restarts: 0 });
  });

  test.for(['KILL', 'TERM', 'ABRT', 'SEGV'])(
    'a process that was killed from outside with SIG%s',
    async (signal, { session }) => {
      await session.launch('rl', { processes: { main: { command: ['sleep', '600'] } } });
      const { pid } = await session.until('rl', 'main', 'running');
      process.kill(pid ?? 0, `SIG${signal}` as NodeJS.Signals);
      expect(await session.until('rl', 'main', 'failed')).toMatchObject({
        reason: expect.stringContaining(`SIG${signal}`),
      });
    },
  );

  test('a process whose keeper was killed', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: ['sleep', '600'] } } });
    const main = await session.until('rl', 'main', 'running');
    const parent = session.place.running().find(({ pid }) => pid === main.pid)?.parent ?? 0;
    process.kill(parent, 'SIGKILL');
    process.kill(main.pid ?? 0, 'SIGTERM');
    const after = await session.until('rl', 'main', ({ state }) => state === 'lost' || state === 'failed');
    expect(after.reason).toMatch(/./);
    expect(after).not.toHaveProperty('exitCode');
  });
});
