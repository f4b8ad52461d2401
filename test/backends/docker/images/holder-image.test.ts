import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { holderExecutable } from '../../../../src/backends/docker/images/holder-image.ts';
import { waitFor } from '../../../support/wait-for.ts';

const architecture = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string];

/** Starts the program of the image on this machine. */
async function start(...args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-holder-'));
  const path = join(folder, 'holder');
  await writeFile(path, holderExecutable(architecture ?? '') ?? '', { mode: 0o755 });
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });
  await once(child, 'spawn');
  return child;
}

/** Listens on a port of 127.0.0.1, and resolves with it. */
async function listen(serve: (socket: Socket) => void): Promise<string> {
  const server = createServer({ allowHalfOpen: true }, serve).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
}

const runs = describe.runIf(process.platform === 'linux' && architecture !== undefined);

runs('the program of the holder', () => {
  it('waits without using the CPU, until it is killed', async () => {
    const child = await start();
    // S: it sleeps in a system call that a signal interrupts.
    const state = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')[2] === 'S';
    await waitFor(state, { what: 'it to sleep' });
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    expect([code, signal]).toEqual([null, 'SIGTERM']);
  });

  it('waits for the end of its input', async () => {
    const child = await start('-');
    child.stdin.end('what it ignores');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('relays both directions at once, and the end of each', async () => {
    const child = await start(await listen((socket) => socket.pipe(socket)));
    const sent = Buffer.alloc(5_000_000, 'a few bytes;');
    child.stdin.end(sent);
    const [received, [code]] = await Promise.all([buffer(child.stdout), once(child, 'exit')]);
    expect(received.equals(sent)).toBe(true);
    expect(code).toBe(0);
  });

  it('ends with the connection, while its input goes on', async () => {
    const child = await start(await listen((socket) => socket.end('bye')));
    expect(await text(child.stdout)).toBe('bye');
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
  });

  it('says that nothing listens, and that the connection was lost', async () => {
    const lost = await start(await listen((socket) => socket.once('data', () => socket.resetAndDestroy())));
    lost.stdin.write('x');
    expect(await once(lost, 'exit')).toEqual([2, null]);
    // Privileged, and used by no program.
    expect(await once(await start('1'), 'exit')).toEqual([1, null]);
  });
});

it('other architectures have none', () => {
  expect(holderExecutable('riscv64')).toBeUndefined();
});
