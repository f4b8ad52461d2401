import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runInContainer } from '../../../../src/backends/kit/exec/run-in-container.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { SpawnedContainer, type SpawnedContainerOptions } from '../support/spawned-container.ts';
import { UserTerminal } from '../support/user-terminal.ts';

let folder: string;
let container: SpawnedContainer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-container-'));
});

afterEach(async () => {
  await container.stop();
  await rm(folder, { recursive: true });
});

function start(options: Partial<SpawnedContainerOptions> = {}): void {
  container = new SpawnedContainer({ folder, ...options });
}

async function run(command: readonly string[], stdin: Readable = Readable.from([])) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const running = runInContainer(container, command, { streams: { stdin, stdout, stderr } }).finally(() => {
    stdout.end();
    stderr.end();
  });
  const [{ exitCode }, out, error] = await Promise.all([running, buffer(stdout), buffer(stderr)]);
  return { exitCode, stdout: out.toString(), stderr: error.toString() };
}

describe.each([false, true])('over a connection that cannot end the input: %s', (cannotEndInput) => {
  beforeEach(() => start({ cannotEndInput }));

  test('the command gets all of its input, and its end', async () => {
    const input = Buffer.alloc(3_000_000, 'line\n');
    const { stdout } = await run(['cat'], Readable.from([input, 'last']));
    expect(stdout === `${input}last`).toBe(true);
  });

  test('output, errors and exit code are told apart', async () => {
    const script = 'echo out; echo error >&2; exit 9';
    expect(await run(['sh', '-c', script])).toEqual({ exitCode: 9, stdout: 'out\n', stderr: 'error\n' });
  });

  test('an abort ends the command and everything it started', async () => {
    const controller = new AbortController();
    const user = new UserTerminal();
    const streams = { ...user.streams, stdin: Readable.from([]), terminal: false };
    const script = 'echo begun; sleep 713 & sleep 714';
    const running = runInContainer(container, ['sh', '-c', script], { streams, signal: controller.signal });
    await user.shows('begun');
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    await waitFor(() => container.running === 0, { what: 'the end of the command' });
  });
});

test('an image without a shell runs the command with the whole input', async () => {
  start({ isShellless: true });
  const { stdout } = await run(['cat'], Readable.from(['one ', 'two']));
  expect(stdout).toBe('one two');
});

test('the loss of the terminal ends the command', async () => {
  start();
  const user = new UserTerminal();
  const running = runInContainer(container, ['sh', '-c', 'echo begun; sleep 715'], { streams: user.streams });
  await user.shows('begun');
  user.stdin.emit('error', new Error('EIO'));
  await expect(running).rejects.toMatchObject({ code: 'interrupted' });
  await waitFor(() => container.running === 0, { what: 'the end of the command' });
});
