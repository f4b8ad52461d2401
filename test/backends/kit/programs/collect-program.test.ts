import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isProcessAlive } from '../../../../src/backends/kit/host/process-table.ts';
import { collectProgram, type ProgramOptions } from '../../../../src/backends/kit/programs/collect-program.ts';
import { waitFor } from '../../../support/wait-for.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-program-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const sh = (script: string, options: Partial<ProgramOptions> = {}) =>
  collectProgram('/bin/sh', ['-c', script], { env: { PATH: process.env.PATH }, cwd: folder, seconds: 60, ...options });

test('the exit code, the signal and all output of a program', async () => {
  expect(await sh('printf out; printf error >&2; exit 3')).toEqual({
    how: 'exited',
    exitCode: 3,
    signal: null,
    stdout: 'out',
    stderr: 'error',
  });
  expect(await sh('kill -TERM $$')).toMatchObject({ how: 'exited', exitCode: null, signal: 'SIGTERM' });
});

test('a character that two reads split stays whole', async () => {
  const { stdout } = await sh('printf "a\\303"; sleep 0.2; printf "\\251b"');
  expect(stdout).toBe('aéb');
});

test('a program reads its input, or has none, or does not read it', async () => {
  expect(await sh('cat', { input: 'some text' })).toMatchObject({ stdout: 'some text' });
  expect(await sh('cat')).toMatchObject({ how: 'exited', stdout: '' });
  expect(await sh('exit 4', { input: 'x'.repeat(1_000_000) })).toMatchObject({ exitCode: 4 });
});

test('a program gets the environment that it is given, and no other', async () => {
  const { stdout } = await sh('env', { env: { PATH: process.env.PATH, ONLY: 'this' } });
  expect(stdout.split('\n').filter((line) => !/^(PATH|PWD|SHLVL|_|OLDPWD)=/.test(line))).toEqual(['ONLY=this', '']);
});

test('a program that cannot be started is an error of the system', async () => {
  await expect(collectProgram('/no/program', [], { env: {}, seconds: 60 })).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(sh('true', { env: { LONG: 'x'.repeat(300_000) } })).rejects.toMatchObject({ code: 'E2BIG' });
});

describe('everything that a program started ends', () => {
  const script = 'echo $$ >pids; sleep 716 & echo $! >>pids; echo begun; wait';
  const expectEnd = async () => {
    const pids = (await readFile(join(folder, 'pids'), 'utf8')).trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    await waitFor(() => !pids.some((pid) => isProcessAlive(pid, '')), { what: 'the end of all processes' });
  };

  test('at the time limit', async () => {
    expect(await sh(script, { seconds: 5 })).toMatchObject({ how: 'timeout', stdout: 'begun\n' });
    await expectEnd();
  });

  test('when the signal aborts', async () => {
    const controller = new AbortController();
    const running = sh(script, { signal: controller.signal });
    await waitFor(async () => (await readFile(join(folder, 'pids'), 'utf8')).split('\n').length === 3);
    controller.abort();
    expect(await running).toMatchObject({ how: 'aborted' });
    await expectEnd();
    expect(await sh('exit 0', { signal: controller.signal })).toMatchObject({ how: 'aborted' });
  });

  test('when it writes too much', async () => {
    const flood = `${script.replace('wait', '')} while :; do echo flood; done`;
    const { how, stdout } = await sh(flood, { maxOutputBytes: 10_000 });
    expect(how).toBe('overflow');
    expect(stdout.length).toBeLessThanOrEqual(10_000);
    await expectEnd();
  });
});
