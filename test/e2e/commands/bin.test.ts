import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { binPath, repository, run } from '../../support/bin.ts';
import { test } from '../../support/session.ts';

const sleeper = { processes: { main: { command: 'echo one; echo two; sleep 600' } } };

it('names the required version of Node on an older one', async () => {
  const older = "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })";
  const { exitCode, stderr, stdout } = await run([
    process.execPath,
    '--import',
    `data:text/javascript,${encodeURIComponent(older)}`,
    binPath,
    'ls',
  ]);
  expect(stderr).toMatch(/^symphony needs Node 22\.19 or newer; this is 20\.20\.2\. .+\n$/);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
});

test('says how to build it where it is not built', async ({ session }) => {
  const checkout = join(session.folder, 'checkout');
  await mkdir(join(checkout, 'bin'), { recursive: true });
  await cp(binPath, join(checkout, 'bin', 'symphony.js'));
  await writeFile(join(checkout, 'package.json'), '{"type":"module"}');
  const result = await run([process.execPath, join(checkout, 'bin', 'symphony.js'), 'ls']);
  expect(result).toMatchObject({ exitCode: 1, stdout: '' });
  expect(result.stderr).toMatch(/^symphony is not built yet: run `npm run build` .+\n$/);
});

test('a failure inside a command is not mistaken for a missing build', async ({ session }) => {
  const result = await session.run(['launch', session.folder]);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toMatch(/^error: /);
});

test('each kind of failure has its exit code', async ({ session }) => {
  await session.launch('rl', sleeper);
  const wrong = await session.file('wrong.yaml', 'name: RL\nprocesses: {}\n');
  const cases: [readonly string[], number][] = [
    [['ls'], 0],
    [['--version'], 0],
    [['--help'], 0],
    [['logs', '--help'], 0],
    [[], 0],
    [['lss'], 2],
    [['ls', '--bogus'], 2],
    [['ls', '-o', 'xml'], 2],
    [['ls', 'too-much'], 2],
    [['launch'], 2],
    [['launch', wrong], 2],
    [['launch', join(session.folder, 'rl.json')], 1],
    [['logs', '--tail', 'x'], 2],
    [['logs', '--grep', '['], 2],
    [['logs', 'nobody'], 3],
    [['p', 'nothing'], 3],
    [['describe', 'nothing'], 3],
    [['visit'], 3],
    [['delete'], 2],
    [['delete', 'r', '--force'], 3],
    [['attach', 'main'], 2],
    [['wait', '--for', 'done', '--timeout', '0.2'], 1],
    [['exec', 'main', '--', 'sh', '-c', 'exit 7'], 7],
    [['exec', 'main', '--', 'sh', '-c', 'kill -TERM $$'], 143],
    [['exec', 'nobody', '--', 'true'], 125],
    [['ls', '--backend', 'nowhere'], 3],
    [['config', 'get', 'nothing'], 2],
    [['config', 'set', 'username', 'SARAH!'], 2],
  ];
  const found: [readonly string[], number | null][] = [];
  for (const [args] of cases) found.push([args, (await session.run(args)).exitCode]);
  expect(found).toEqual(cases);
});

test('data goes to stdout and everything else to stderr', async ({ session }) => {
  const empty = await session.run(['ls']);
  expect(empty).toMatchObject({ stdout: '', stderr: 'No experiments on local.\n' });
  expect(await session.run(['ls', '-o', 'json'])).toMatchObject({ stdout: '[]\n' });
  const launched = await session.run([
    'launch',
    await session.file('rl.json', {
      name: 'rl',
      processes: { main: { command: 'sleep 600', resources: { memory: '1Gi' } } },
    }),
    '-o',
    'json',
  ]);
  expect(JSON.parse(launched.stdout)).toMatchObject({ name: 'rl', backend: 'local', processes: { total: 1 } });
  expect(launched.stderr).toMatch(/^warning: processes\.main\.resources\.memory: /);
  const failed = await session.run(['p', 'nothing', '-o', 'json']);
  expect(failed.stdout).toBe('');
  expect(JSON.parse(failed.stderr)).toEqual({
    error: { code: 'not-found', message: 'There is no experiment "nothing".', hint: 'There is: rl.' },
  });
  const usage = await session.run(['ls', '--bogus', '--output=json']);
  expect(JSON.parse(usage.stderr)).toMatchObject({ error: { code: 'usage' } });
});

test('every form of output has its shape', async ({ session }) => {
  await session.launch('rl', sleeper);
  await session.until('rl', 'main', 'running');
  expect(await session.ok(['p', '-o', 'name'])).toBe('main\n');
  expect(await session.json(['p'])).toMatchObject([{ experiment: 'rl', group: null, name: 'main', ready: true }]);
  expect(await session.ok(['p', '-o', 'yaml'])).toMatch(/^- experiment: rl\n {2}group: null\n {2}name: main\n/);
  expect(await session.ok(['p'])).toMatch(/^Group +Name +Ready +Restarts +State\n- +main +1 +0 +running: [\d.]+s\n$/);
  const [measured] = await session.json<{ cpu?: number; memory?: number }[]>(['p', '--metrics']);
  expect(measured?.memory).toBeGreaterThan(100_000);
  expect(measured?.cpu).toBeGreaterThanOrEqual(0);
  expect(await session.ok(['p', '-o', 'wide'])).toMatch(
    /CPU +Memory +Ports +Pid +Command\n.* (KiB|MiB) .* \d+ +echo one/,
  );
  const lines = (await session.ok(['logs', 'main', '-o', 'json']))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toEqual({ group: null, name: 'main', run: 1, kind: 'line', text: 'one' });
  expect((await session.run(['logs', '-o', 'yaml'])).exitCode).toBe(2);
  expect(await session.ok(['spec'])).toMatch(/^name: rl\n[\s\S]*processes:\n {2}main:\n {4}command: /);
  expect(await session.json(['describe'])).toMatchObject({ name: 'rl', members: [{ name: 'main' }] });
});

test('a closed pipe ends a command quietly', async ({ session }) => {
  await session.launch('flood', { processes: { main: { command: 'yes 0123456789' } } });
  await session.until('flood', 'main', 'running');
  const program = `"$@" | head -1; echo "codes \${PIPESTATUS[*]}"`;
  const result = await run(['bash', '-c', program, 'bash', ...session.bin, 'logs', 'main', '-f'], { env: session.env });
  expect(result).toMatchObject({ stdout: '0123456789\ncodes 0 0\n', stderr: '' });
});

test('help explains a command, and suggests the nearest for an unknown one', async ({ session }) => {
  expect(await session.ok(['help', 'logs'])).toMatch(/^Usage: symphony logs\|log /);
  expect(await session.ok(['help', 'config', 'set'])).toMatch(/^Usage: symphony config set /);
  expect(await session.ok(['help'])).toBe(await session.ok(['--help']));
  expect(await session.run(['help', 'lgos'])).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: "error: Unknown command 'lgos'.\nDid you mean logs?\n",
  });
});

test('an invalid setting is refused when it is set', async ({ session }) => {
  const refused: [string, string, number, RegExp][] = [
    ['backend', 'kub', 3, /no backend "kub"[\s\S]*kube/],
    ['keys', '{"delte": "ctrl-x"}', 2, /keys\.delte[\s\S]*delete/],
    ['keys', '{"delete": "nokey"}', 2, /"nokey" names no keys/],
    ['keys', '{"delete": 1}', 2, /keys\.delete is 1\.\s+keys must be/],
  ];
  for (const [name, value, exitCode, words] of refused) {
    const result = await session.run(['config', 'set', name, value]);
    expect(result).toMatchObject({ exitCode, stderr: expect.stringMatching(words) });
  }
  await session.ok(['config', 'set', 'backend', 'tmux']);
  await session.ok(['config', 'set', 'keys', '{"delete": "ctrl-x D"}']);
  expect(await session.ok(['config', 'get', 'backend'])).toBe('tmux\n');
  await session.ok(['config', 'unset', 'backend']);
  expect((await session.run(['config', 'unset', 'backend'])).stderr).toContain('was not set');
  expect(await session.run(['config', 'unset', 'backnd'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Did you mean backend?'),
  });
});

test('output that cannot be written fails the command, in one line', async ({ session }) => {
  await session.launch('rl', { processes: { main: { command: 'seq 100000; sleep 600' } } });
  await session.until('rl', 'main', 'running');
  const intoFullDisk = (...args: string[]) =>
    run(['sh', '-c', 'exec "$@" >/dev/full', 'sh', ...session.bin, ...args], { env: session.env });
  const commands = [['ls'], ['p'], ['--help'], ['--version'], ['config'], ['logs', 'main'], ['logs', 'main', '-f']];
  for (const command of commands) {
    expect(await intoFullDisk(...command)).toMatchObject({
      exitCode: 1,
      stderr: 'error: Cannot write the output: no space left on device.\n',
    });
  }
  const { stderr } = await intoFullDisk('ls', '-o', 'json');
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'failed', message: expect.stringContaining('no space') } });
  const silent = await run(['sh', '-c', 'exec "$@" 2>/dev/full', 'sh', ...session.bin, 'ls'], { env: session.env });
  expect(silent).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('rl') });
});

test('an uncaught error is reported as a message, without the source line', async ({ session }) => {
  const defect = `const { stdout } = process;
    const write = stdout.write;
    stdout.write = (...parameters) => {
      stdout.write = write;
      void Promise.reject(new Error('a defect'));
      return stdout.write(...parameters);
    };`;
  const command = [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(defect)}`, binPath];
  await session.launch('rl', sleeper);
  const follow = [...command, 'logs', '-f', '-e', 'rl'];
  const { exitCode, stderr } = await run(follow, { env: session.env });
  expect(exitCode).toBe(1);
  const [, kept = ''] =
    /^error: a defect\nThis is a defect of Symphony\. Its stack trace is in (.*)\n$/.exec(stderr) ?? [];
  expect(await readFile(kept, 'utf8')).toMatch(/\nError: a defect\n {4}at /);
  const debugged = await run(follow, { env: { ...session.env, SYMPHONY_DEBUG: '1' } });
  expect(debugged.stderr).toMatch(/^error: a defect\nError: a defect\n {4}at /);
  expect(debugged.stderr.length).toBeLessThan(2000);
});

test('ls loads only what listing experiments needs', async ({ session }) => {
  await session.launch('rl', sleeper);
  const hook = await session.file(
    'hook.mjs',
    `import { registerHooks } from 'node:module';
     registerHooks({ load(url, context, next) { if (url.startsWith('file:')) process._rawDebug('loaded ' + url); return next(url, context); } });`,
  );
  const { stderr, stdout } = await run([process.execPath, '--import', hook, binPath, 'ls'], { env: session.env });
  expect(stdout).toContain('rl');
  const loaded = [...stderr.matchAll(/^loaded file:\/\/(.*)$/gm)].map(([, path]) => path ?? '');
  const bundles = loaded.filter((path) => path.startsWith(join(repository, 'dist')));
  expect(bundles.length).toBeGreaterThan(0);
  expect(bundles.length).toBeLessThanOrEqual(6);
  // A comment in a bundle names each module in it.
  const texts = await Promise.all(bundles.map((path) => readFile(path, 'utf8')));
  const sources = texts.flatMap((text) =>
    [...text.matchAll(/^\/\/ ((?:src|node_modules)\/.*)$/gm)].map(([, name = '']) => name),
  );
  expect(sources.filter((source) => source.includes('node_modules/commander/')).length).toBeGreaterThan(0);
  const heavy = /node_modules\/(react|ink|zod|yaml|conf|open|string-width|@inquirer|@kubernetes)\/|src\/app\//;
  expect(sources.filter((source) => heavy.test(source))).toEqual([]);
});
