import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentFileText, launchFileText } from '../../../../src/backends/kit/programs/launch-file.ts';
import { preventRun } from '../../../../src/backends/supervision/keeper/runs/run-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'symphony launch ü'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Text that a shell can pass on: anything without NUL and without lone surrogates. */
const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && value.isWellFormed());

/** Prints its arguments and environment as JSON. */
const tell = [
  process.execPath,
  '-e',
  'console.log(JSON.stringify({ argv: process.argv.slice(1), env: process.env, cwd: process.cwd() }))',
  '--',
];

let runs = 0;

function start(
  options: Partial<Parameters<typeof launchFileText>[0]>,
  environment: Record<string, string>,
  argv: readonly string[],
): { argv: string[]; env: Record<string, string>; cwd: string } {
  const environmentFile = join(folder, "environment 'file'");
  const { text: shared, unexportable } = environmentFileText(environment, 0o022);
  writeFileSync(environmentFile, shared);
  const launchFile = join(folder, 'launch');
  const file = {
    environmentFile,
    env: {},
    unexportable,
    startDir: folder,
    progressFile: join(folder, "preamble 'file'"),
    shell: ['/bin/sh'],
    preamble: [],
    command: [...tell, ...argv],
    terminal: false,
  };
  writeFileSync(launchFile, launchFileText({ ...file, ...options }));
  runs += 1;
  const shell = [launchFile, 'run', join(folder, `run.${runs}`)];
  return JSON.parse(execFileSync('/bin/sh', shell, { env: {}, encoding: 'utf8' }));
}

test('arguments and environment arrive byte for byte', () => {
  const name = fc
    .stringMatching(/^[A-Z][A-Z0-9_]{0,10}$/)
    .filter((value) => !['PWD', 'PATH', 'IFS', 'PPID', 'UID'].includes(value));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), fc.dictionary(name, text, { maxKeys: 4 }), (argv, env) => {
      const seen = start({ env }, { PATH: '/usr/bin:/bin' }, argv);
      expect(seen.argv).toEqual(argv);
      expect(seen.env).toMatchObject(env);
      expect(seen.cwd).toBe(folder);
    }),
    { numRuns: 15 },
  );
});

describe('the environment', () => {
  test('is the launching shell’s, under the process’s own', () => {
    const { env } = start({ env: { A: 'own' } }, { A: 'shell', B: 'shell', PATH: '/bin' }, []);
    expect(env).toMatchObject({ A: 'own', B: 'shell', PATH: '/bin' });
  });

  test('includes variables that no shell can export, and none that a shell refuses to set', () => {
    const { env } = start(
      {},
      { 'a.b': 'dot', 'BASH_FUNC_f%%': '() { :\n}', UID: '7', SHELLOPTS: 'x', PATH: '/usr/bin:/bin' },
      [],
    );
    expect(env).toMatchObject({ 'a.b': 'dot', 'BASH_FUNC_f%%': '() { :\n}' });
    expect(env).not.toHaveProperty('SHELLOPTS');
  });

  test('has no PATH if the launching shell had none', () => {
    expect(start({}, {}, []).env).not.toHaveProperty('PATH');
  });
});

test('the pid and start time are written before the process begins', () => {
  start({}, {}, []);
  expect(readFileSync(join(folder, `run.${runs}.pid`), 'utf8')).toMatch(/^\d+ \d+\n$/);
});

test('a run that was cancelled before it started never starts', async () => {
  start({}, {}, []);
  const given = join(folder, 'given-up');
  expect(await preventRun(given)).toBe(true);
  const launch = spawnSync('/bin/sh', [join(folder, 'launch'), 'run', given], { env: {}, encoding: 'utf8' });
  expect(launch).toMatchObject({ status: 126, stdout: '', stderr: '' });
  expect(await preventRun(join(folder, `run.${runs}`))).toBe(false);
});

test('another command runs in the same environment and folder', () => {
  const environmentFile = join(folder, 'environment');
  writeFileSync(environmentFile, '');
  const launchFile = join(folder, 'other');
  writeFileSync(
    launchFile,
    launchFileText({
      environmentFile,
      env: { A: '1' },
      unexportable: {},
      startDir: '/',
      progressFile: join(folder, "preamble 'file'"),
      shell: ['/bin/sh'],
      preamble: [],
      command: ['false'],
      terminal: false,
    }),
  );
  const argv = [launchFile, 'exec', '/bin/sh', '-c', 'echo "$A $PWD $1"', 'sh', 'x y'];
  expect(execFileSync('/bin/sh', argv, { env: {}, encoding: 'utf8' })).toBe('1 / x y\n');
});

describe('another command in the environment of the process', () => {
  const exec = (startDir: string, path: string, ...command: string[]) => {
    const [environmentFile, launchFile] = [join(folder, 'exec environment'), join(folder, 'exec launch')];
    writeFileSync(environmentFile, environmentFileText({ PATH: path }, 0o022).text);
    const file = {
      environmentFile,
      env: {},
      unexportable: {},
      startDir,
      progressFile: join(folder, "preamble 'file'"),
      shell: ['/bin/sh'],
      preamble: [],
      command: 'true',
      terminal: false,
    };
    writeFileSync(launchFile, launchFileText(file));
    const { status, stdout, stderr } = spawnSync('/bin/sh', [launchFile, 'exec', ...command], { encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  test('runs if it is a program, on the PATH or by its path', () => {
    writeFileSync(join(folder, 'own program'), '#!/bin/sh\necho "own $1"', { mode: 0o755 });
    const output = { status: 0, stdout: 'own *\n', stderr: '' };
    expect(exec(folder, `/usr/bin:${folder}`, 'own program', '*')).toEqual(output);
    expect(exec(folder, '/usr/bin:/bin', './own program', '*')).toEqual(output);
    expect(exec(folder, '/bin', 'sh', '-c', 'echo own "$0"', '*')).toEqual(output);
  });

  test('is refused in words that name no launch file', () => {
    writeFileSync(join(folder, 'data'), '');
    const refused: [string, string[], number, string][] = [
      [folder, ['nosuch', 'x'], 127, 'there is no command of this name on the PATH of the process: nosuch'],
      [folder, ['cd', '/'], 127, 'there is no command of this name on the PATH of the process: cd'],
      [folder, ['data'], 127, 'there is no command of this name on the PATH of the process: data'],
      [folder, ['./nosuch'], 127, 'there is no ./nosuch'],
      [folder, ['./data'], 126, 'not an executable file: ./data'],
      [folder, [folder], 126, `not an executable file: ${folder}`],
      [join(folder, 'gone'), ['true'], 125, `the folder of the process cannot be entered: ${join(folder, 'gone')}`],
    ];
    for (const [startDir, command, status, words] of refused) {
      const path = command[0] === 'cd' ? '/nowhere' : `/usr/bin:/bin:${folder}`;
      expect(exec(startDir, path, ...command)).toEqual({ status, stdout: '', stderr: `symphony: ${words}\n` });
    }
  });
});
