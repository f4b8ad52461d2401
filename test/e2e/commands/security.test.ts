import { chmod, chown, mkdir, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { run } from '../../support/bin.ts';
import { asOtherUserCommand } from '../../support/other-user.ts';
import { type Session, test } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && (await run(['unshare', '--mount', 'true'])).exitCode === 0;

/** A program that connects to a socket and prints `in`, or the error code. */
function probe(path: string): string {
  return `require('net').connect(${JSON.stringify(path)})
    .on('connect', () => { console.log('in'); process.exit(); })
    .on('error', (error) => console.log(error.code));`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Runs shell commands in their own mount namespace, so that their mounts are invisible outside. */
function withMounts(commands: string, session: Session) {
  return run(['unshare', '--mount', 'sh', '-c', commands], { cwd: '/', env: session.env });
}

/** The Unix sockets on which a process listens, from /proc/net/unix. */
async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all((await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')));
  const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const lines = (await readFile('/proc/net/unix', 'utf8')).split('\n');
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return [
    ...new Set(
      fields.filter((field) => inodes.has(field[6]) && field[7]?.startsWith('/')).map((field) => field[7] ?? ''),
    ),
  ];
}

async function everythingIn(
  folder: string,
): Promise<{ path: string; mode: number; isFile: boolean; isFolder: boolean }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const mode = (await stat(path)).mode & 0o777;
      return { path, mode, isFile: entry.isFile(), isFolder: entry.isDirectory() };
    }),
  );
}

async function launchQuiet(session: Session): Promise<void> {
  await session.launch('rl', { processes: { main: { command: 'echo here; sleep 600' } } });
  await session.until('rl', 'main', 'running');
}

describe('for their owner only', () => {
  test('state, logs and settings, whatever the umask', async ({ session }) => {
    const file = await session.file('rl.json', {
      name: 'rl',
      processes: { main: { command: 'echo here; sleep 600' } },
    });
    const words = [...session.bin, 'launch', file].map((word) => `'${word}'`).join(' ');
    const launched = await run(['sh', '-c', `umask 000; ${words}`], { cwd: session.folder, env: session.env });
    expect(launched.exitCode).toBe(0);
    await session.until('rl', 'main', 'running');
    expect((await stat(session.place.home)).mode & 0o077).toBe(0);
    const entries = await everythingIn(session.place.home);
    expect(entries.length).toBeGreaterThan(3);
    expect(entries.filter(({ mode, isFile, isFolder }) => (isFile || isFolder) && (mode & 0o077) !== 0)).toEqual([]);
  });

  test('the socket, and the folder it is in', async ({ session }) => {
    await launchQuiet(session);
    const sockets = await socketsOf(supervisors(session)[0]?.pid ?? 0);
    expect(sockets.length).toBeGreaterThan(0);
    for (const socket of sockets) {
      expect((await stat(join(socket, '..'))).mode & 0o777).toBe(0o700);
      expect((await stat(join(socket, '..'))).uid).toBe(process.getuid?.());
      expect((await stat(socket)).mode & 0o077).toBe(0);
    }
  });
});

describe('another user', () => {
  test('cannot connect to the socket', async ({ session, skip }) => {
    skip(!isRoot, 'becoming another user needs root');
    await launchQuiet(session);
    const [socket = ''] = await socketsOf(supervisors(session)[0]?.pid ?? 0);
    const { stdout } = await run([...asOtherUserCommand, 'node', '-e', probe(socket)], { cwd: '/' });
    expect(stdout.trim()).toBe('EACCES');
  });

  test('is refused even where the path to the socket is open to everyone', async ({ session, skip }) => {
    skip(!canMount, 'mounting needs root');
    await launchQuiet(session);
    const [socket = ''] = await socketsOf(supervisors(session)[0]?.pid ?? 0);
    await chmod(session.folder, 0o755);
    const open = join(session.folder, 'open.sock');
    const words = [...asOtherUserCommand, 'node', '-e', probe(open)].map(quote).join(' ');
    const { stdout } = await withMounts(`touch ${open} && mount --bind ${socket} ${open} && ${words}`, session);
    expect(stdout.trim()).toBe('EACCES');
  });

  test('cannot make Symphony use a socket folder that the other user owns', async ({ session, skip }) => {
    skip(!canMount, 'mounting needs root');
    await launchQuiet(session);
    const [socket = ''] = await socketsOf(supervisors(session)[0]?.pid ?? 0);
    const folder = dirname(socket);
    const theirs = join(session.folder, 'theirs');
    await mkdir(theirs, { mode: 0o700 });
    await chown(theirs, 65_534, 65_534);
    const file = await session.file('late.json', { name: 'late', processes: { main: { command: 'sleep 600' } } });
    const words = [...session.bin, 'launch', file].map(quote).join(' ');
    const mounts = `mount --bind ${theirs} ${folder} && mount -t tmpfs tmpfs ${userInfo().homedir}`;
    const { exitCode, stderr } = await withMounts(`${mounts} && ${words}`, session);
    // A supervisor runs already, and cannot be reached through the foreign folder.
    expect(exitCode).toBe(1);
    expect(stderr).toContain('supervisor.lock is held by process');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await readdir(theirs)).toEqual([]);
    expect((await session.experiments()).map(({ name }) => name)).toEqual(['rl']);
  });

  test('cannot block Symphony by taking its socket folder', async ({ session, skip }) => {
    skip(!canMount, 'mounting needs root');
    const theirs = join(session.folder, 'theirs');
    await mkdir(theirs, { mode: 0o700 });
    await chown(theirs, 65_534, 65_534);
    await session.ok(['ls']);
    const folder = `/tmp/symphony-${process.getuid?.()}`;
    const file = await session.file('rl.json', { name: 'rl', processes: { main: { command: 'exec sleep 600' } } });
    const symphony = session.bin.map(quote).join(' ');
    const commands = [`launch ${file}`, 'p rl -o json', 'restart main -e rl', 'd rl --force', 'ls'];
    const script = [
      `mkdir -p ${folder}`,
      `mount --bind ${theirs} ${folder}`,
      `mount -t tmpfs tmpfs ${userInfo().homedir}`,
      ...commands.map((command) => `${symphony} ${command}`),
    ].join(' && ');
    const { exitCode, stdout, stderr } = await withMounts(script, session);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/Launched rl.*"name": ?"main".*Deleted rl.*/s);
    expect(await readdir(theirs)).toEqual([]);
    await session.place.expectNothingLeft();
  });
});

describe('secrets', () => {
  const value = 'swordfish-0815-4711';

  test('appear in no output of any command, and on disk in files of the owner alone', async ({ session }) => {
    const token = await session.file('token', value);
    const kept = await session.file('kept.txt', `kept-${value}\n`);
    const spec = await session.file('rl.json', {
      name: 'rl',
      secrets: [kept],
      processes: {
        main: {
          command:
            'echo "length $(printf %s "$TOKEN" | wc -c) and $(wc -c < "$SYMPH_SECRETS_DIR/kept.txt")"; sleep 600',
          env: { TOKEN: { secret: true, fromFile: token }, OTHER: { secret: true, fromEnv: 'A_SECRET' } },
        },
      },
    });
    const env = { A_SECRET: value };
    const outputs: string[] = [];
    for (const args of [
      ['launch', spec, '--dry-run'],
      ['launch', spec, '--dry-run', '-o', 'json'],
      ['launch', spec],
      ['launch', spec],
      ['describe', 'rl'],
      ['describe', 'rl', '-o', 'json'],
      ['spec', 'rl'],
      ['spec', 'rl', '-o', 'json'],
      ['ls', '-o', 'wide'],
      ['p', 'rl', '-o', 'wide'],
      ['p', 'rl', '-o', 'yaml'],
    ]) {
      const { stdout, stderr } = await session.run(args, { env });
      outputs.push(stdout, stderr);
    }
    await session.until('rl', 'main', 'running');
    expect((await session.logs('rl', 'main'))[0]).toMatch(/^length +19 and +25$/);
    expect(outputs.join('\n')).not.toContain(value);
    for (const { path, isFile, mode } of await everythingIn(session.place.home)) {
      if (!isFile || !(await readFile(path, 'latin1')).includes(value)) continue;
      expect({ path, mode: mode & 0o077 }).toEqual({ path, mode: 0 });
      expect(path).not.toMatch(/log|record|spec/);
    }
    await session.delete('rl');
    for (const { path, isFile } of await everythingIn(session.place.home)) {
      if (isFile) expect(await readFile(path, 'latin1'), path).not.toContain(value);
    }
  });

  test('appear in no command line', async ({ session }) => {
    await session.launch(
      'rl',
      { processes: { main: { command: 'sleep 600', env: { TOKEN: { secret: true, fromEnv: 'A_SECRET' } } } } },
      [],
      { env: { A_SECRET: value } },
    );
    await session.until('rl', 'main', 'running');
    const lines = session.place.running().map(({ command }) => command.join(' '));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('\n')).not.toContain(value);
  });
});

test('no value of a spec is interpreted by a shell, except a shell command', async ({ session }) => {
  const mark = join(session.folder, 'owned');
  const evil = `$(touch ${mark}) \`touch ${mark}\` ; touch ${mark} # ' " \n touch ${mark}`;
  await session.launch('rl', {
    processes: {
      main: {
        command: [
          process.execPath,
          '-e',
          'console.log(JSON.stringify([process.argv[1], process.env.EVIL])); setInterval(() => {}, 1e6)',
          evil,
        ],
        env: { EVIL: evil },
        startDir: session.folder,
        ready: { command: ['test', evil, '!=', ''] },
      },
    },
  });
  await session.until('rl', 'main', 'running');
  expect(JSON.parse((await session.logs('rl', 'main'))[0] ?? '')).toEqual([evil, evil]);
  await session.ok(['exec', 'main', '-e', 'rl', '--', 'echo', evil]);
  await session.ok(['restart', 'main', '-e', 'rl']);
  await session.delete('rl');
  await expect(stat(mark)).rejects.toMatchObject({ code: 'ENOENT' });
});
