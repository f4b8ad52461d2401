import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forwardPort } from '../../../../../src/backends/kube/visit/port-forward.ts';
import { waitFor } from '../../../../support/wait-for.ts';
import { PodServer } from '../../support/pod-server.ts';
import { run, sh } from '../../support/run.ts';

describe('a silent server', () => {
  let folder: string;
  let servers: PodServer[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'symphony-pod-'));
    servers = await Promise.all([PodServer.start({ speaks: 'v4', folder }), PodServer.start({ speaks: 'v5', folder })]);
  });

  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true });
  });

  test('the loss of the other end is detected', async () => {
    const pod = createServer().listen(0, '127.0.0.1');
    await once(pod, 'listening');
    const { port } = pod.address() as AddressInfo;
    await Promise.all(
      servers.map(async (server) => {
        const client = server.client();
        const target = { namespace: 'rl', pod: 'learner', port };
        const forward = await forwardPort(client, () => Promise.resolve(target));
        const visitor = connect(forward.port, '127.0.0.1').on('error', () => undefined);
        const left = new Promise((resolve) => visitor.once('close', resolve));
        const silent = expect(run(client, sh('exec sleep 616'))).rejects.toMatchObject({
          code: 'failed',
          message: expect.stringContaining('the server stopped answering'),
        });
        const stdin = Readable.from([Buffer.alloc(20_000_000)]);
        const silentWithInput = expect(run(client, sh('exec sleep 617'), { stdin })).rejects.toThrow(
          'stopped answering',
        );
        await waitFor(() => server.container.processes === 2 && server.connections === 3);
        server.freeze();
        await Promise.all([silent, silentWithInput, left]);
        await forward.close();
      }),
    );
    pod.close();
  });

  test('a silent command that does not read its input keeps its connection', async () => {
    await Promise.all(
      servers.map(async (server) => {
        const client = server.client();
        await run(client, ['true']);
        const stdin = Readable.from([Buffer.alloc(20_000_000)]);
        const wanted = { exitCode: 0, stdout: expect.stringContaining('20000000') };
        expect(await run(client, sh('sleep 32; wc -c'), { stdin })).toMatchObject(wanted);
      }),
    );
  });
});
