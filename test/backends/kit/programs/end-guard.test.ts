import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { isAlive } from '../../../support/host-processes.ts';
import { waitFor } from '../../../support/wait-for.ts';

const module = join(import.meta.dirname, '../../../../src/backends/kit/programs/collect-program.ts');

interface Started {
  readonly parent: ChildProcess;
  /** Of the program and its child. */
  readonly pids: readonly number[];
}

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
  .extend('folder', async ({}, { onCleanup }) => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-guard-'));
    onCleanup(() => rm(folder, { recursive: true, force: true }));
    return folder;
  })
  .extend('start', async ({ folder }, { onCleanup }) => {
    const started: Started[] = [];
    onCleanup(() => {
      for (const { parent, pids } of started) {
        parent.kill('SIGKILL');
        for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      }
    });
    /** Starts a process that runs a program. */
    return async (endsWithThisProcess: boolean, seconds = 600): Promise<Started> => {
      const script = 'sleep 717 & echo $! >child; echo $$ >leader; wait';
      const code = `
        import { collectProgram } from ${JSON.stringify(module)};
        const options = { env: { PATH: process.env.PATH }, seconds: ${seconds}, endsWithThisProcess: ${endsWithThisProcess} };
        await collectProgram('/bin/sh', ['-c', ${JSON.stringify(script)}], options);`;
      const options = { cwd: folder, stdio: 'ignore' } as const;
      const parent = spawn(process.execPath, ['--input-type=module', '-e', code], options);
      const pids = await waitFor(async () => {
        const files = ['child', 'leader'].map((name) => readFile(join(folder, name), 'utf8'));
        const texts = await Promise.all(files).catch(() => undefined);
        return texts?.every((text) => text.endsWith('\n')) ? texts.map(Number) : undefined;
      });
      started.push({ parent, pids });
      return { parent, pids };
    };
  });

describe('a program that ends with the process that runs it', () => {
  test.for(['SIGKILL', 'SIGTERM'] as const)('is killed with its children after %s', async (signal, { start }) => {
    const { parent, pids } = await start(true);
    parent.kill(signal);
    await waitFor(() => !pids.some(isAlive), { what: 'the end of the program and its child' });
  });

  test('does not keep it from its own end', async ({ start }) => {
    const { parent, pids } = await start(true, 1);
    const [exitCode] = await once(parent, 'exit');
    expect(exitCode).toBe(0);
    await waitFor(() => !pids.some(isAlive), { what: 'the end of the program and its child' });
  });
});

test('a program without that goes on', async ({ start }) => {
  const { parent, pids } = await start(false);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(pids.every(isAlive)).toBe(true);
});
