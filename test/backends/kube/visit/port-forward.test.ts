import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalForward } from '../../../../src/backends/kit/connection/local-forward.ts';
import { forwardPort } from '../../../../src/backends/kube/visit/port-forward.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { PodServer } from '../support/pod-server.ts';

describe.each(['v4', 'v5'] as const)('a forwarded port on a server that speaks %s', (speaks) => {
  let folder: string;
  let server: PodServer;
  let forward: LocalForward;
  let pods: Server[];
  let port: number;
  let problems: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'symphony-pod-'));
    server = await PodServer.start({ speaks, folder });
    pods = [];
    problems = [];
    port = 1;
    const find = async () => ({ namespace: 'rl', pod: 'learner', port });
    forward = await forwardPort(server.client(), find, {
      onProblem: (message) => problems.push(message),
      answerTimeout: 1_000,
    });
  });

  afterEach(async () => {
    await forward.close();
    await server.stop();
    for (const pod of pods) pod.close();
    await rm(folder, { recursive: true });
  });

  /** Starts a pod that listens and handles connections. */
  async function pod(serve: (socket: Socket) => void): Promise<Server> {
    const listening = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    }).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    pods.push(listening);
    port = (listening.address() as AddressInfo).port;
    return listening;
  }

  const visit = () => connect({ port: forward.port, host: '127.0.0.1', allowHalfOpen: true });

  test('several connections at once, each with its own bytes', async () => {
    await pod((socket) => socket.pipe(socket));
    const answers = [...Array(20).keys()].map(async (number) => {
      const socket = visit();
      const sent = Buffer.alloc(100_000 + number, `${number};`);
      socket.write(sent);
      let got = Buffer.alloc(0);
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        got = Buffer.concat([got, chunk]);
        if (got.length === sent.length) break;
      }
      expect(got.equals(sent)).toBe(true);
    });
    await Promise.all(answers);
    await waitFor(() => server.connections === 0, { what: 'the end of all connections' });
  });

  test('no early byte of a pod is lost', async () => {
    await pod((socket) => socket.end('220 hello\r\n'));
    for (let time = 0; time < 10; time++) expect(await text(visit())).toBe('220 hello\r\n');
  });

  test('a client that has closed its side still gets the answer', async () => {
    await pod((socket) => {
      socket.once('data', (asked) => setTimeout(() => socket.end(`answer to ${asked}`), 200));
    });
    const socket = visit();
    socket.end('question');
    expect(await text(socket)).toBe('answer to question');
  });

  test('a slow reader on either side is waited for', async () => {
    let sent = 0;
    const total = 60_000_000;
    await pod((socket) => {
      const write = () => {
        while (sent < total) {
          sent += 100_000;
          if (!socket.write(Buffer.alloc(100_000))) return void socket.once('drain', write);
        }
        socket.end();
      };
      write();
    });
    const visitor = visit();
    visitor.pause();
    await settled(() => sent);
    expect(sent).toBeLessThan(total);
    expect((await buffer(visitor)).length).toBe(total);

    let held: Socket | undefined;
    await pod((socket) => {
      socket.pause();
      held = socket;
    });
    const sender = visit();
    sender.write(Buffer.alloc(total));
    sender.end();
    await settled(() => sender.bytesWritten - sender.writableLength);
    expect(sender.writableLength).toBeGreaterThan(0);
    let got = 0;
    held?.on('data', (chunk) => {
      got += chunk.length;
      if (got === total) held?.end('thanks');
    });
    held?.resume();
    expect(await text(sender)).toBe('thanks');
  });

  test('a port without a listener closes the connection with the reason, and the next may succeed', async () => {
    const [error] = await once(visit().resume(), 'error');
    expect(error.code).toBe('ECONNRESET');
    expect(problems).toEqual([expect.stringMatching(/^Port 1 of pod learner refused the connection: .*ECONNREFUSED/)]);
    await pod((socket) => socket.end('now'));
    expect(await text(visit())).toBe('now');
  });

  test('a connection that breaks off on the way does not look finished', async () => {
    await pod((socket) => socket.write('half'));
    const visitor = visit();
    await once(visitor, 'data');
    server.breakOff();
    const [error] = await once(visitor, 'error');
    expect(error.code).toBe('ECONNRESET');
    await waitFor(() => server.connections === 0);
  });

  test('closing the forward closes all connections', async () => {
    await pod(() => undefined);
    const visitors = [1, 2].map(() => connect(forward.port, '127.0.0.1'));
    for (const visitor of visitors) visitor.on('error', () => undefined).resume();
    await waitFor(() => server.connections === 2);
    const left = visitors.map((visitor) => new Promise((resolve) => visitor.once('close', resolve)));
    await forward.close();
    await Promise.all(left);
    await waitFor(() => server.connections === 0, { what: 'the end of all connections' });
    const [refused] = await once(visit(), 'error');
    expect(refused.code).toBe('ECONNREFUSED');
    expect(problems).toEqual([]);
  });
});

/** Resolves once a number has stopped changing. */
async function settled(count: () => number): Promise<void> {
  let last = -1;
  let same = 0;
  await waitFor(() => {
    same = count() === last ? same + 1 : 0;
    last = count();
    return same > 5;
  });
}
