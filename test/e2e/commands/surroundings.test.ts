import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { run } from '../../support/bin.ts';
import { test } from '../../support/session.ts';
import { waitFor } from '../../support/wait-for.ts';

const printEnvironment = [
  process.execPath,
  '-e',
  'console.log(JSON.stringify(process.env)); setInterval(() => {}, 1e6)',
];

describe('launched from', () => {
  test('inside a process of another experiment: deleting the outer leaves the inner alone', async ({ session }) => {
    const inner = await session.file('inner.json', {
      name: 'inner',
      processes: { main: { command: printEnvironment } },
    });
    const [node = '', bin = ''] = session.bin;
    await session.launch('outer', {
      processes: { main: { command: `'${node}' '${bin}' launch '${inner}' && echo launched; sleep 600` } },
    });
    await waitFor(async () => (await session.logs('outer', 'main')).includes('launched'));
    const before = await session.until('inner', 'main', 'running');
    const [outer, own] = await Promise.all(
      ['outer', 'inner'].map((name) => session.json<{ launchId: string }>(['describe', name])),
    );
    const env = JSON.parse((await session.logs('inner', 'main'))[0] ?? '{}');
    expect(env.SYMPH_ID).toBe(own?.launchId);
    expect(env.SYMPH_ID).not.toBe(outer?.launchId);
    expect(env.SYMPH_EXPERIMENT).toBe('inner');
    await session.delete('outer');
    expect(await session.until('inner', 'main', 'running')).toMatchObject({ pid: before.pid });
  });

  test('inside a process of another experiment: no variable of the outer one’s services is inherited', async ({
    session,
  }) => {
    const inner = await session.file('inner.json', {
      name: 'inner',
      processes: { main: { command: printEnvironment } },
    });
    const [node = '', bin = ''] = session.bin;
    await session.launch('outer', {
      processes: {
        main: {
          command: `'${node}' '${bin}' launch '${inner}'; sleep 600`,
          bind: ['replay'],
          replicas: 1,
          ready: 'started',
        },
      },
    });
    await waitFor(async () => (await session.logs('inner', 'main')).length > 0);
    const env = JSON.parse((await session.logs('inner', 'main'))[0] ?? '{}');
    const own = Object.keys(env)
      .filter((name) => name.startsWith('SYMPH_'))
      .sort();
    expect(own.filter((name) => /REPLAY|REPLICA/.test(name))).toEqual(['SYMPH_REPLICAS']);
    expect(env.SYMPH_REPLICAS).toBe('1');
  });

  test('npm: the variables that npm adds are removed, the others arrive', async ({ session }) => {
    const spec = await session.file('rl.json', { name: 'rl', processes: { main: { command: printEnvironment } } });
    const launch = [...session.bin, 'launch', spec].map((word) => `'${word}'`).join(' ');
    await session.file('package.json', { name: 'user', version: '1.0.0', scripts: { launch } });
    const env = { ...session.env, OWN_VARIABLE: 'kept', npm_config_loglevel: undefined };
    const { exitCode, stderr } = await run(['npm', 'run', 'launch'], { cwd: session.folder, env });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const arrived = JSON.parse((await waitFor(async () => (await session.logs('rl', 'main'))[0])) ?? '{}');
    expect(Object.keys(arrived).filter((name) => /^npm_/.test(name))).toEqual([]);
    expect(arrived.INIT_CWD).toBeUndefined();
    expect(arrived.PATH.split(':')).not.toContain(`${session.folder}/node_modules/.bin`);
    expect(arrived).toMatchObject({ OWN_VARIABLE: 'kept', SYMPH_PROCESS: 'main' });
  });

  test('a shell with 90 kB of environment, which restarts get too', async ({ session }) => {
    const big = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`BIG_${index}`, `${index}$;"\n`.repeat(1667)]),
    );
    const program = `
      const names = Object.keys(process.env).filter((name) => name.startsWith('BIG_')).sort();
      console.log(require('crypto').createHash('sha256').update(JSON.stringify(names.map((name) => process.env[name]))).digest('hex'));
      setInterval(() => {}, 1e6);`;
    await session.launch('rl', { processes: { main: { command: [process.execPath, '-e', program] } } }, [], {
      env: big,
    });
    const [digest] = await waitFor(async () => {
      const lines = await session.logs('rl', 'main');
      return lines.length > 0 ? lines : undefined;
    });
    expect(digest).toBe(
      createHash('sha256')
        .update(JSON.stringify(Object.values(big)))
        .digest('hex'),
    );
    await session.ok(['restart', 'main', '-e', 'rl']);
    await session.until('rl', 'main', ({ restarts, state }) => restarts === 1 && state === 'running');
    expect(await waitFor(async () => (await session.logs('rl', 'main'))[0])).toBe(digest);
  });

  test('an environment with variable names that no shell can set', async ({ session }) => {
    const env = { 'odd.name-1': "also 'kept'\n", 'BASH_FUNC_f%%': '() { echo "$x"; }' };
    await session.launch('rl', { processes: { main: { command: printEnvironment } } }, [], { env });
    const arrived = JSON.parse(await waitFor(async () => (await session.logs('rl', 'main'))[0]));
    expect(arrived).toMatchObject(env);
  });

  test('a folder that is removed afterwards', async ({ session }) => {
    await session.file('gone/x', '');
    const spec = await session.file('rl.json', { name: 'rl', processes: { main: { command: 'pwd; sleep 600' } } });
    await session.ok(['launch', spec], { cwd: `${session.folder}/gone` });
    await session.until('rl', 'main', 'running');
    await run(['rm', '-r', `${session.folder}/gone`]);
    expect(await session.experiments()).toMatchObject([{ name: 'rl', state: 'running' }]);
  });
});

test('`symphony ls` loads neither React nor the Kubernetes client', async ({ session }) => {
  await session.launch('rl', { processes: { main: { command: ['sleep', '600'] } } });
  const trace = `${session.folder}/trace`;
  const hook = await session.file(
    'trace.mjs',
    `import { appendFileSync } from 'node:fs';
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(trace)}, url + '\\n'); return next(url, context); } });`,
  );
  await session.ok(['ls'], { env: { NODE_OPTIONS: `--import=${hook}` } });
  const urls = (await readFile(trace, 'utf8')).split('\n').filter((url) => url.startsWith('file:'));
  const texts = await Promise.all([...new Set(urls)].map((url) => readFile(new URL(url), 'utf8')));
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.filter((text) => /react\.transitional\.element|react-reconciler|class KubeConfig/.test(text))).toEqual(
    [],
  );
});

test('a working directory that was deleted: commands that do not need it work, the others say so', async ({
  session,
}) => {
  const file = await session.file('rl.json', { name: 'rl', processes: { main: { command: 'sleep 600' } } });
  const script = 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"';
  const gone = (...args: string[]) =>
    run(['sh', '-c', script, `${session.folder}/gone`, ...session.bin, ...args], { env: session.env });
  const commands = [
    ['launch', file],
    ['ls'],
    ['p'],
    ['logs', 'main'],
    ['describe'],
    ['spec'],
    ['config'],
    ['config', 'set', 'theme', 'dark'],
    ['wait'],
    ['exec', 'main', '--', 'true'],
    ['scp', `main:${file}`, `${session.folder}/copy`],
    ['restart', 'main'],
    ['stop', 'main'],
    ['delete', 'rl', '--force'],
  ];
  for (const command of commands) {
    const result = await gone(...command);
    expect({ command, exitCode: result.exitCode }).toEqual({ command, exitCode: 0 });
    expect(result.stderr).not.toMatch(/cwd|error/);
  }
  for (const command of [
    ['launch', 'rl.json'],
    ['launch', file, '--dry-run', '--kubeconfig', 'here', '--backend=kube'],
  ]) {
    expect(await gone(...command)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the working directory no longer exists'),
    });
  }
});

test('a home that is not a folder: commands that write nothing work, the others say what is wrong', async ({
  session,
}) => {
  const file = await session.file('rl.json', { name: 'rl', processes: { main: { command: 'sleep 600' } } });
  const env = { SYMPHONY_HOME: undefined, XDG_STATE_HOME: undefined, XDG_CONFIG_HOME: undefined, HOME: '/dev/null' };
  const words = /^error: [^\n]*(not a directory|no folder)/;
  const commands: [readonly string[], number, RegExp][] = [
    [['ls'], 0, /^No experiments on local/],
    [['config'], 0, /^$/],
    [['p'], 3, /^error: There is no experiment/],
    [['config', 'set', 'theme', 'dark'], 1, words],
    [['launch', file], 1, words],
  ];
  for (const [command, exitCode, stderr] of commands) {
    const result = await run([...session.bin, ...command], { cwd: session.folder, env });
    expect({ command, ...result }).toMatchObject({ command, exitCode, stderr: expect.stringMatching(stderr) });
    expect(result.stderr).not.toMatch(/ENOTDIR/);
  }
});
