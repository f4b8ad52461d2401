import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { run } from '../../support/bin.ts';
import { hasTmux } from '../../support/has-tmux.ts';
import { type HostProcess, isAlive, killAll } from '../../support/host-processes.ts';
import { asOtherUser } from '../../support/other-user.ts';
import { Session, test } from '../../support/session.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { supervisors } from '../../support/supervisor.ts';
import { temporaryHome } from '../../support/temporary-home.ts';
import { waitFor } from '../../support/wait-for.ts';

const draft = { processes: { main: { command: 'echo here; sleep 600' } } };

/** Asserts a clear error message without a stack trace. */
function expectPlainError({ exitCode, stderr }: { exitCode: number | null; stderr: string }, words: RegExp): void {
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
}

const noDisk = 'mounting a tmpfs needs root, and a machine that allows it';

describe('the disk is full', () => {
  test('while launching: nothing is launched, and the error says why', async ({ session, skip }) => {
    const disk = await mountSmallDisk(session);
    if (disk === undefined) return skip(noDisk);
    try {
      await session.launch('before', draft);
      await session.until('before', 'main', 'running');
      await disk.fill();
      const file = await session.file('rl.json', {
        name: 'rl',
        processes: { main: { command: 'sleep 600', replicas: 20 } },
      });
      expectPlainError(await session.run(['launch', file]), /ENOSPC|no space|full/i);
      await disk.makeRoom();
      expect((await session.experiments()).map(({ name }) => name)).toEqual(['before']);
      expect(await session.until('before', 'main', 'running')).toMatchObject({ restarts: 0 });
      await session.ok(['launch', file]);
      await session.expectCleanEnd();
    } finally {
      await disk.remove();
    }
  });

  test.for(['local', 'tmux'] as const)(
    'while processes end, on %s: their ends are recorded once there is space, and their restart policies apply',
    async (backend, { session, skip }) => {
      if (backend === 'tmux' && !hasTmux) return skip('tmux is not installed');
      const disk = await mountSmallDisk(session);
      if (disk === undefined) return skip(noDisk);
      session.env.SYMPHONY_BACKEND = backend;
      try {
        const go = `${session.folder}/go`;
        const wait = `until test -f ${go}; do sleep 0.1; done`;
        await session.launch('rl', {
          processes: {
            ender: { command: `${wait}; exit 7` },
            again: { command: `test -f ${go} && sleep 600; ${wait}; exit 8`, restart: 'on-failure', maxRestarts: 1 },
            stays: { command: 'sleep 600' },
          },
        });
        const pids = (await session.processes('rl')).slice(0, 2).map(({ pid }) => pid ?? 0);
        const stays = await session.until('rl', 'stays', 'running');
        await disk.fill();
        await session.file('go', '');
        await waitFor(() => !pids.some(isAlive));
        // Their keepers wait for free space, and do not count as killed.
        const ender = await session.until('rl', 'ender', ({ reason }) => /keeper/.test(reason ?? ''));
        expect(ender).toMatchObject({ state: 'running', blocked: true });
        expectPlainError(await session.run(['restart', 'stays', '-e', 'rl']), /no space.*\n.*make room/i);
        expect(await session.until('rl', 'stays', 'running')).toEqual(stays);
        await disk.makeRoom();
        const failed = await session.until('rl', 'ender', 'failed');
        expect(failed).toMatchObject({ exitCode: 7, reason: 'exit code 7' });
        expect(failed.blocked).toBeUndefined();
        await session.until('rl', 'again', ({ state, restarts }) => state === 'running' && restarts === 1);
        await session.ok(['restart', 'stays', '-e', 'rl']);
        await session.until('rl', 'stays', ({ state, restarts }) => state === 'running' && restarts === 1);
        await session.expectCleanEnd();
      } finally {
        await disk.remove();
      }
    },
  );
});

test('a process whose start is postponed again and again, because the disk is full, is blocked until there is space', async ({
  session,
  skip,
}) => {
  const disk = await mountSmallDisk(session);
  if (disk === undefined) return skip(noDisk);
  session.env.SYMPHONY_NOTIFY = JSON.stringify({ command: 'cat >> told; echo >> told', on: ['blocked'] });
  const told = () => readFile(join(session.folder, 'told'), 'utf8').catch(() => '');
  try {
    await session.launch('rl', {
      processes: { again: { command: 'test -f go || exit 8; sleep 600', restart: 'on-failure' } },
    });
    // Its third delay leaves enough time.
    await session.until('rl', 'again', ({ state, restarts }) => state === 'backoff' && restarts >= 2);
    await disk.fill();
    const { state, reason } = await session.until('rl', 'again', ({ blocked }) => blocked === true);
    expect(state).toBe('backoff');
    expect(reason).toMatch(/no space/);
    await waitFor(async () => /rl is blocked: again waits .*no space/.test(await told()));
    await session.file('go', '');
    await disk.makeRoom();
    expect((await session.until('rl', 'again', 'running')).blocked).toBeUndefined();
    expect((await told()).trim().split('\n')).toHaveLength(1);
    await session.expectCleanEnd();
  } finally {
    await disk.remove();
  }
});

describe('a state file is damaged', () => {
  test.for([
    ['truncated', (path: string) => truncate(path, 10)],
    ['emptied', (path: string) => truncate(path, 0)],
    ['overwritten with garbage', (path: string) => writeFile(path, Buffer.from([0, 255, 123, 34, 10, 200]))],
  ] as const)(
    '%s, each in turn: the running experiment is still known, and can be deleted',
    async ([, damage], { session }) => {
      await session.launch('rl', draft);
      await session.launch('other', draft);
      const { pid = 0 } = await session.until('rl', 'main', 'running');
      const records = await filesNaming(session, 'rl');
      expect(records.length).toBeGreaterThan(0);
      for (const record of records) {
        for (const supervisor of supervisors(session)) process.kill(supervisor.pid, 'SIGKILL');
        await damage(record);
        expect((await session.experiments()).map(({ name }) => name).sort()).toEqual(['other', 'rl']);
        expect(await session.until('rl', 'main', 'running')).toMatchObject({ pid, restarts: 0 });
        expect(await session.until('other', 'main', 'running')).toMatchObject({ restarts: 0 });
      }
      await session.delete('rl');
      expect(isAlive(pid)).toBe(false);
    },
  );

  test('beyond repair: running processes continue, the damage is reported, and the experiment can be deleted', async ({
    session,
  }) => {
    await session.launch('rl', draft);
    await session.launch('other', draft);
    const { pid = 0 } = await session.until('rl', 'main', 'running');
    for (const supervisor of supervisors(session)) process.kill(supervisor.pid, 'SIGKILL');
    for (const record of await filesNaming(session, 'rl')) await writeFile(record, 'garbage');
    const { exitCode, stdout, stderr } = await session.run(['ls']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/other/);
    expect(stdout + stderr).toMatch(/\brl\b/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(isAlive(pid)).toBe(true);
    const again = await session.run(['launch', `${session.folder}/rl.json`]);
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('rl') });
    await session.delete('rl');
    expect(isAlive(pid)).toBe(false);
    expect((await session.experiments()).map(({ name }) => name)).toEqual(['other']);
  });

  test('an invalid settings file is named, and nothing else breaks', async ({ session }) => {
    await session.ok(['config', 'set', 'username', 'sarah']);
    const files = (await readdir(session.place.home, { recursive: true })).filter((name) =>
      name.endsWith('settings.json'),
    );
    expect(files).toHaveLength(1);
    await writeFile(join(session.place.home, files[0] ?? ''), '{"username": ');
    const { exitCode, stderr } = await session.run(['ls']);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('settings.json');
    expect(stderr).not.toMatch(/^\s+at /m);
    await writeFile(join(session.place.home, files[0] ?? ''), '{}');
  });
});

describe('the state folder is read-only', () => {
  test('launching says so, and listing still works', async ({ session, skip }) => {
    const user = await asOtherUser(session);
    if (user === undefined) return skip('becoming another user needs root, and a checkout that others may read');
    await user.launch('rl', draft);
    const { pid = 0 } = await user.until('rl', 'main', 'running');
    for (const supervisor of supervisors(session)) process.kill(supervisor.pid, 'SIGKILL');
    await run(['chmod', '-R', 'a-w', session.place.home]);
    const file = await user.file('late.json', { name: 'late', ...draft });
    const refused = await user.run(['launch', file]);
    expectPlainError(refused, /EACCES|permission|read-only|cannot be written/i);
    expect(isAlive(pid)).toBe(true);
    const listed = await user.run(['ls', '-o', 'json']);
    expect(listed.stderr).not.toMatch(/^\s+at /m);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'rl' }]);
    await run(['chmod', '-R', 'u+w', session.place.home]);
    await user.delete('rl');
    await user.place.expectNothingLeft();
  });
});

describe('the machine', () => {
  test('was restarted: its processes are lost, with the reason', async ({ session }) => {
    session.env.SYMPHONY_BOOT_ID = 'before';
    await session.launch('rl', {
      processes: {
        main: { command: 'sleep 600' },
        again: { command: 'sleep 600', restart: 'always' },
        over: { command: 'exit 0' },
        late: { command: 'sleep 600', after: { main: 'ended' } },
      },
    });
    await session.until('rl', 'main', 'running');
    await session.until('rl', 'over', 'succeeded');
    powerOff(session);
    session.env.SYMPHONY_BOOT_ID = 'after';
    const processes = await session.processes('rl');
    expect(processes[0]).toMatchObject({ state: 'lost', ready: false, reason: expect.stringMatching(/restart|boot/i) });
    expect(processes[0]).not.toHaveProperty('exitCode');
    // A restart policy does not apply after a reboot, because the machine may have been off for days.
    expect(processes[1]).toMatchObject({ state: 'lost', reason: expect.stringMatching(/restart|boot/i) });
    expect(processes[2]).toMatchObject({ state: 'succeeded', exitCode: 0 });
    expect(processes[3]).toMatchObject({ state: 'stopped', reason: 'not started: the machine was restarted' });
    await session.ok(['restart', 'main', '-e', 'rl']);
    await session.until('rl', 'main', 'running');
    await session.expectCleanEnd();
  });

  test('shares its home folder with another one, whose experiments are shown as such and not touched', async ({
    session,
  }) => {
    session.env.SYMPHONY_MACHINE_ID = 'one';
    await session.launch('rl', draft);
    await session.until('rl', 'main', 'running');
    for (const supervisor of supervisors(session)) process.kill(supervisor.pid, 'SIGKILL');
    session.env.SYMPHONY_MACHINE_ID = 'two';
    expect(await session.experiments()).toMatchObject([{ name: 'rl', reason: expect.stringMatching(/machine/) }]);
    expect(await session.run(['p', 'rl'])).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/machine/) });
    const { exitCode, stderr } = await session.run(['d', 'rl', '--force']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/machine/);
    session.env.SYMPHONY_MACHINE_ID = 'one';
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ restarts: 0 });
  });
});

describe('a home folder', () => {
  test.for([
    ['with spaces and non-ASCII letters', `höme — with  spaces 'n "quotes" $x 日本`],
    ['whose path is longer than that of a socket may be', `${'deep'.repeat(30)}/${'deeper'.repeat(20)}`],
  ] as const)('%s is a home like any other', async ([, name]) => {
    const session = new Session(await temporaryHome(name));
    try {
      await session.launch('rl', {
        processes: { main: { command: 'echo "at $SYMPH_PROCESS"; sleep 600', bind: ['web'], ready: 'started' } },
      });
      await session.until('rl', 'main', 'running');
      expect(await session.logs('rl', 'main')).toEqual(['at main']);
      expect(await session.ok(['exec', 'main', '-e', 'rl', '--', 'echo', 'in'])).toBe('in\n');
      for (const supervisor of supervisors(session)) process.kill(supervisor.pid, 'SIGKILL');
      await session.ok(['restart', 'main', '-e', 'rl']);
      await session.until('rl', 'main', ({ state, restarts }) => state === 'running' && restarts === 1);
      await session.expectCleanEnd();
    } finally {
      await session.place.remove();
    }
  });
});

/** The state files that name the experiment. */
async function filesNaming(session: Session, experiment: string): Promise<string[]> {
  const entries = await readdir(session.place.home, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return paths.filter((_, index) => texts[index]?.includes(`"${experiment}"`));
}

/** Ends everything as a power failure does. The supervisors and keepers come first, so that none records an end. */
function powerOff(session: Session): void {
  const isKeeper = ({ command }: HostProcess) => command.some((argument) => argument.includes('keeper'));
  killAll(supervisors(session));
  killAll(session.place.running().filter(isKeeper));
  killAll(session.place.running());
}
