import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import type { Trial } from '../support/lab.ts';

const main = { group: null, name: 'main' };

export function describeInside(test: ContractTest, harness: ContractHarness): void {
  const can = new Set(harness.capabilities);
  const execTest = test.skipIf(!can.has('exec'));
  const copyTest = test.skipIf(!can.has('copy'));

  execTest('exec runs a command with the process’s environment, in its folder', async ({ lab }) => {
    const trial = await lab.run('sleep 600', { env: { OWN: 'of its own; $x\n' }, startDir: lab.open.scratch });
    await trial.until('running');
    const result = await exec(trial, ['sh', '-c', 'printf %s "$OWN$SYMPH_PROCESS"; echo oops >&2; pwd >&2; exit 5']);
    expect(result).toEqual({
      exitCode: 5,
      stdout: 'of its own; $x\nmain',
      stderr: `oops\n${lab.open.scratch}\n`,
    });
  });

  execTest('exec passes its arguments and its stdin on, byte for byte', async ({ lab }) => {
    const trial = await lab.run('sleep 600');
    await trial.until('running');
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    expect(await exec(trial, ['sh', '-c', 'wc -c; wc -c < /dev/null'], bytes)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\s*300000\s+0\s*$/),
    });
    const hard = ['', 'a b', '$HOME;', '`x`\n"', "'", '日本', ';'];
    const print = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const { stdout } = await exec(trial, [harness.node, '-e', print, '--', ...hard]);
    expect(JSON.parse(stdout)).toEqual(hard);
  });

  execTest('exec can be aborted, and ends what it started', async ({ lab }) => {
    const trial = await lab.run('sleep 600');
    await trial.until('running');
    const controller = new AbortController();
    const streams = newStreams(Readable.from([]));
    const running = requireCapability(lab.cluster, 'exec').exec(trial.name, main, ['sh', '-c', 'echo in; sleep 601'], {
      streams,
      signal: controller.signal,
    });
    streams.stdout.once('data', () => controller.abort());
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    const { launchId } = await lab.cluster.describeExperiment(trial.name);
    const isEnded = async () => !(await lab.open.leftovers(launchId)).some((left) => left.includes('sleep 601'));
    await waitFor(isEnded, { timeout: lab.patience(15), what: 'the command to be ended' });
  });

  execTest('exec of what cannot be run, or in what does not run, fails in words', async ({ lab }) => {
    const trial = await lab.launch({ processes: { main: { command: 'sleep 600' }, over: { command: 'exit 0' } } });
    await trial.until('running');
    await trial.until('succeeded', 'over');
    const { exitCode, stderr } = await exec(trial, ['/no/such/program']).catch((error) => ({
      exitCode: 125,
      stderr: String(error.message),
    }));
    expect([125, 126, 127, 128]).toContain(exitCode);
    expect(stderr).toContain('/no/such/program');
    expect(stderr).not.toContain('.launch');
    const capability = requireCapability(lab.cluster, 'exec');
    const nobody = { group: null, name: 'nobody' };
    const options = { streams: newStreams(Readable.from([])) };
    await expect(capability.exec(trial.name, nobody, ['true'], options)).rejects.toMatchObject({ code: 'not-found' });
  });

  test.skipIf(!can.has('shell'))('a shell in the process, its commands from a pipe', async ({ lab }) => {
    const trial = await lab.run('sleep 600', { env: { OWN: 'mine' }, startDir: lab.open.scratch });
    await trial.until('running');
    const streams = newStreams(Readable.from(['echo "$OWN of $SYMPH_PROCESS"\n', 'pwd\n', 'exit 3\n']));
    const [{ exitCode }, stdout] = await Promise.all([
      requireCapability(lab.cluster, 'shell')
        .shell(trial.name, main, { streams })
        .finally(() => streams.end()),
      text(streams.stdout),
    ]);
    expect(stdout).toContain(`mine of main\n${lab.open.scratch}\n`);
    expect(exitCode).toBe(3);
  });

  copyTest('a file is copied in and out again, byte for byte and with its mode', async ({ lab }) => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-copy-'));
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256));
    await writeFile(join(folder, 'a name; $x'), bytes);
    await chmod(join(folder, 'a name; $x'), 0o751);
    const trial = await lab.run('sleep 600', { startDir: lab.open.scratch });
    await trial.until('running');
    const copy = requireCapability(lab.cluster, 'copy');
    const there = lab.file('copied file');
    await copy.copy(trial.name, { path: join(folder, 'a name; $x') }, { process: main, path: basename(there) });
    await copy.copy(trial.name, { process: main, path: there }, { path: join(folder, 'back') });
    expect(await readFile(join(folder, 'back'))).toEqual(bytes);
    expect((await stat(join(folder, 'back'))).mode & 0o777).toBe(0o751);
    await expect(
      copy.copy(trial.name, { process: main, path: 'absent' }, { path: join(folder, 'x') }),
    ).rejects.toMatchObject({ message: expect.stringContaining('absent') });
    expect(await readdir(folder)).not.toContain('x');
    await rm(folder, { recursive: true });
  });

  copyTest('a folder is copied with all that is in it', async ({ lab }) => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-copy-'));
    await mkdir(join(folder, 'tree', 'deep', 'empty'), { recursive: true });
    await writeFile(join(folder, 'tree', 'deep', '.hidden'), 'hidden');
    await writeFile(join(folder, 'tree', 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    const trial = await lab.run('sleep 600', { startDir: lab.open.scratch });
    await trial.until('running');
    const capability = requireCapability(lab.cluster, 'copy');
    await capability.copy(trial.name, { path: join(folder, 'tree') }, { process: main, path: 'tree-there' });
    await capability.copy(trial.name, { process: main, path: 'tree-there' }, { path: join(folder, 'again') });
    const list = async (name: string) => (await readdir(join(folder, name), { recursive: true })).sort();
    expect(await list('again')).toEqual(await list('tree'));
    expect(await readFile(join(folder, 'again', 'deep', '.hidden'), 'utf8')).toBe('hidden');
    expect((await stat(join(folder, 'again', 'run.sh'))).mode & 0o777).toBe(0o755);
    await rm(folder, { recursive: true });
  });

  copyTest('a folder is copied again over its copy, and what cannot be copied is named', async ({ lab }) => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-copy-'));
    await mkdir(join(folder, 'tree'));
    await writeFile(join(folder, 'tree', 'file'), 'first');
    await symlink('..', join(folder, 'tree', 'up'));
    execFileSync('mkfifo', [join(folder, 'tree', 'pipe')]);
    const trial = await lab.run('sleep 600', { startDir: lab.open.scratch });
    await trial.until('running');
    const { copy } = requireCapability(lab.cluster, 'copy');
    const leftOut: string[] = [];
    const options = { onLeftOut: (path: string) => leftOut.push(path) };
    for (const text of ['first', 'second']) {
      await writeFile(join(folder, 'tree', 'file'), text);
      await copy(trial.name, { path: join(folder, 'tree') }, { process: main, path: '.' }, options);
      await copy(trial.name, { process: main, path: 'tree' }, { path: join(folder, 'back') });
      if (text === 'first') await mkdir(join(folder, 'again'));
      await copy(trial.name, { process: main, path: 'tree' }, { path: join(folder, 'again') });
      for (const copied of ['back', 'again/tree']) {
        expect((await readdir(join(folder, copied))).sort()).toEqual(['file', 'up']);
        expect(await readlink(join(folder, copied, 'up'))).toBe('..');
        expect(await readFile(join(folder, copied, 'file'), 'utf8')).toBe(text);
      }
      await rm(join(folder, 'back'), { recursive: true });
    }
    expect(leftOut).toEqual(Array(2).fill(join(folder, 'tree', 'pipe')));
    await rm(folder, { recursive: true });
  });

  copyTest('a destination whose folder does not exist is refused', async ({ lab }) => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-copy-'));
    await mkdir(join(folder, 'tree'));
    await writeFile(join(folder, 'file'), 'x');
    const trial = await lab.run('sleep 600', { startDir: lab.open.scratch });
    await trial.until('running');
    const { copy } = requireCapability(lab.cluster, 'copy');
    for (const name of ['file', 'tree']) {
      const source = { path: join(folder, name) };
      await expect(copy(trial.name, source, { process: main, path: 'typo/copy' })).rejects.toMatchObject({
        message: expect.stringMatching(/no folder .*typo/),
      });
      await copy(trial.name, source, { process: main, path: `there-${name}` });
      const there = { process: main, path: `there-${name}` };
      await expect(copy(trial.name, there, { path: join(folder, 'typo', 'copy') })).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringMatching(/no folder .*typo/),
      });
      await rm(join(folder, 'typo'), { recursive: true }).catch(() => undefined);
    }
    expect((await readdir(folder)).sort()).toEqual(['file', 'tree']);
    await rm(folder, { recursive: true });
  });
}

function newStreams(stdin: Readable) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const end = () => {
    stdout.end();
    stderr.end();
  };
  return { stdin, stdout, stderr, end };
}

async function exec(trial: Trial, command: readonly string[], stdin: Buffer = Buffer.alloc(0)) {
  const streams = newStreams(Readable.from([stdin]));
  const capability = requireCapability(trial.cluster, 'exec');
  const [{ exitCode }, stdout, stderr] = await Promise.all([
    capability.exec(trial.name, main, command, { streams }).finally(() => streams.end()),
    text(streams.stdout),
    text(streams.stderr),
  ]);
  return { exitCode, stdout, stderr };
}
