import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { holderExecutable } from '../../../../src/backends/docker/images/holder-image.ts';
import { waitFor } from '../../../support/wait-for.ts';

const architecture = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string];

it.runIf(process.platform === 'linux' && architecture !== undefined)(
  'the program of the holder waits without using the CPU, until it is killed',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-holder-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'holder');
    await writeFile(path, holderExecutable(architecture ?? '') ?? '', { mode: 0o755 });
    const child = spawn(path);
    await once(child, 'spawn');
    // S: it sleeps in a system call that a signal interrupts.
    const state = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')[2] === 'S';
    await waitFor(state, { what: 'it to sleep' });
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    expect([code, signal]).toEqual([null, 'SIGTERM']);
  },
);

it('other architectures have none', () => {
  expect(holderExecutable('riscv64')).toBeUndefined();
});
