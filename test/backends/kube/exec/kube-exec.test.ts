import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import { containerCommands } from '../../../../src/backends/kube/exec/kube-exec.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { describeCopying } from '../../kit/support/copying-suite.ts';
import { PodServer } from '../support/pod-server.ts';
import { container, run, sh } from '../support/run.ts';

const megabyte = 1024 * 1024;

describe.each(['v4', 'v5'] as const)('exec on a server that speaks %s', (speaks) => {
  let folder: string;
  let server: PodServer;
  let client: KubeClient;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'symphony-pod-'));
    server = await PodServer.start({ speaks, folder });
    client = server.client();
    // The first connection detects the server's protocol; the test uses the later ones.
    expect(await run(client, sh('cat'), { stdin: Readable.from(['first']) })).toMatchObject({ stdout: 'first' });
  });

  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  test('stdout, stderr and exit code arrive separately and complete', async () => {
    expect(await run(client, sh('printf out; printf err >&2; exit 7'))).toEqual({
      exitCode: 7,
      stdout: 'out',
      stderr: 'err',
    });
    expect(await run(client, sh('kill -KILL $$'))).toMatchObject({ exitCode: 137 });
    const flood = sh('head -c 3000000 /dev/zero & head -c 2000000 /dev/zero >&2; wait');
    const { stdout, stderr } = await run(client, flood);
    expect([stdout.length, stderr.length]).toEqual([3_000_000, 2_000_000]);
  });

  test('50 MB of output wait for a slow reader at their source', async () => {
    const expected = createHash('sha256')
      .update(Buffer.alloc(50 * megabyte, 'x'))
      .digest('hex');
    const hash = createHash('sha256');
    // Sent but unread data is in memory, in this process or in socket buffers.
    let taken = 0;
    let mostBetween = 0;
    const measure = () => {
      mostBetween = Math.max(mostBetween, server.bytesSent - taken);
    };
    const stdout = new Writable({
      highWaterMark: 64 * 1024,
      async write(chunk: Buffer, _encoding, done) {
        measure();
        if (taken === 0) await untilQuiet(() => server.bytesSent);
        measure();
        hash.update(chunk);
        taken += chunk.length;
        setImmediate(done);
      },
    });
    const { exitCode } = await run(client, sh(`head -c ${50 * megabyte} /dev/zero | tr '\\000' x`), { stdout });
    await new Promise<void>((resolve) => stdout.end(resolve));
    expect(exitCode).toBe(0);
    expect(hash.digest('hex')).toBe(expected);
    expect(mostBetween / megabyte).toBeLessThan(20);
  });

  test('a stream without a reader does not block the command', async () => {
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(new Error('closed pipe')) });
    stdout.on('error', () => undefined);
    const { exitCode, stderr } = await run(client, sh('head -c 5000000 /dev/zero; echo end >&2; exit 3'), { stdout });
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: 'end\n' });
  });

  test('50 MB of input arrive byte for byte, and end', async () => {
    const bytes = Buffer.alloc(50 * megabyte);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);
    const sum = createHash('sha256').update(bytes).digest('hex');
    // One chunk larger than a server's maximum message.
    const { stdout } = await run(client, ['sha256sum'], { stdin: Readable.from([bytes]) });
    expect(stdout).toContain(sum);
    const parts = Readable.from([...Array(200)].map((_, index) => bytes.subarray(index * 777, (index + 1) * 777)));
    const back = await run(client, ['sha256sum'], { stdin: parts });
    expect(back.stdout).toContain(
      createHash('sha256')
        .update(bytes.subarray(0, 200 * 777))
        .digest('hex'),
    );
  });

  test('a command need not read its input, and can stop reading it', async () => {
    const much = () => Readable.from([Buffer.alloc(300_000, 'line\n')]);
    expect(await run(client, sh('echo out; exit 4'), { stdin: much() })).toMatchObject({
      exitCode: 4,
      stdout: 'out\n',
    });
    const closes = sh('read line; exec 0<&-; sleep 0.3; echo "$line"; exit 5');
    expect(await run(client, closes, { stdin: much() })).toMatchObject({ exitCode: 5, stdout: 'line\n' });
    const endless = new Readable({ read: () => undefined });
    expect(await run(client, sh('exit 6'), { stdin: endless })).toMatchObject({ exitCode: 6 });
    // The stdin stays usable for other readers.
    expect(endless.listenerCount('data')).toBe(0);
    expect(endless.destroyed).toBe(false);
  });

  test('an unreadable input is an error, not an end of input', async () => {
    const stdin = new Readable({
      read() {
        this.push('some');
        this.destroy(new Error('the disk is broken'));
      },
    });
    await expect(run(client, ['cat'], { stdin })).rejects.toThrow('the disk is broken');
  });

  test('large and odd arguments arrive as they are', async () => {
    const args = [
      '',
      '-n',
      '--',
      'a b',
      '$HOME;`x`',
      '"\'',
      'two\nlines',
      '日本',
      'y'.repeat(100_000),
      'z'.repeat(100_000),
    ];
    const script = 'for a; do printf "%s\\000" "$a"; done';
    expect((await run(client, sh(script, ...args))).stdout.split('\0').slice(0, -1)).toEqual(args);
    await expect(run(client, ['true', 'x'.repeat(1_100_000)])).rejects.toMatchObject({ name: 'SymphonyError' });
  });

  test('a command that cannot be started is reported', async () => {
    const result = await run(client, ['/no/such/program']).catch((error) => ({ exitCode: 127, stderr: error.message }));
    expect(result).toMatchObject({ exitCode: 127, stderr: expect.stringContaining('/no/such/program') });
  });

  test('an abort ends the command and its children', async () => {
    const controller = new AbortController();
    const stdout = new PassThrough();
    const running = run(client, sh('sleep 613 & echo $!; sleep 614'), { stdout, signal: controller.signal });
    stdout.once('data', () => controller.abort());
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    await waitFor(() => server.container.processes === 0, { what: 'the end of what was started' });
    await expect(run(client, ['true'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('a connection that breaks off is an error, never a success', async () => {
    const running = run(client, sh('echo begun; sleep 615'));
    const failed = expect(running).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/connection .* was lost during exec in pod learner .*: it was closed early/),
    });
    await waitFor(() => server.container.processes === 1);
    server.breakOff();
    await failed;
    // Also in the middle of output of unknown length.
    const stdout = new PassThrough();
    let seen = 0;
    stdout.on('data', (chunk) => {
      seen += chunk.length;
      if (seen > 2_000_000) server.breakOff();
    });
    await expect(run(client, sh('cat /dev/zero'), { stdout })).rejects.toMatchObject({ code: 'failed' });
  });

  test('input is framed only where the protocol cannot signal its end', async () => {
    server.requests.length = 0;
    await run(client, sh('cat'));
    const script = server.requests[0]?.searchParams.getAll('command')[2];
    if (speaks === 'v4') expect(script).toContain('feed');
    else expect(script).not.toContain('feed');
  });
});

describe.each(['v4', 'v5'] as const)('an image without a shell, on a server that speaks %s', (speaks) => {
  test('runs a command plainly, with all of its input', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-pod-'));
    const server = await PodServer.start({ speaks, folder, shellless: true });
    try {
      for (const client of [server.client(), server.client()]) {
        for (const _ of [1, 2]) {
          const input = Buffer.alloc(3_000_000, 'abc');
          const head = await run(client, ['head', '-c', '2999999'], { stdin: Readable.from([input, 'more']) });
          expect(head.exitCode).toBe(0);
          expect(head.stdout === input.subarray(0, -1).toString()).toBe(true);
          if (speaks === 'v4') continue;
          const all = await run(client, ['cat'], { stdin: Readable.from(['one ', 'two']) });
          expect(all).toMatchObject({ exitCode: 0, stdout: 'one two' });
        }
      }
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  });
});

test('a client finds out when a server of the cluster speaks an older protocol than the last', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'symphony-pod-'));
  const server = await PodServer.start({ speaks: 'v5', folder });
  try {
    const client = server.client();
    await run(client, ['true']);
    server.speaks = 'v4';
    expect(await run(client, ['cat'], { stdin: Readable.from(['input']) })).toMatchObject({ stdout: 'input' });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
});

for (const speaks of ['v4', 'v5'] as const) {
  describeCopying(`copying on a server that speaks ${speaks}`, async (options) => {
    const server = await PodServer.start({ speaks, ...options });
    const client = server.client();
    await run(client, ['/bin/true']);
    return {
      commands: containerCommands(client, container),
      running: () => server.container.processes,
      breakOff: () => server.breakOff(),
      stop: () => server.stop(),
    };
  });
}

/** Resolves once a value has not changed for half a second. */
async function untilQuiet(read: () => number): Promise<void> {
  for (let [looks, last] = [0, Number.NaN]; looks < 20; looks += 1) {
    await delay(25);
    const now = read();
    if (now !== last) looks = 0;
    last = now;
  }
}
