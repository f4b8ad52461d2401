import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';
import { BadMessage } from '../../../../examples/rl/lib/bad-message.mjs';
import { connect, connectRaw, serve } from './support/peers.ts';

describe('messages', () => {
  it('go in both directions after a greeting', async () => {
    const { server, received, port } = await serve();
    const client = connect(port);
    await client.connector.whenReady();
    client.connector.send({ number: 1 });
    await expect.poll(() => received).toEqual([{ number: 1 }]);
    for (const channel of server.channels) channel.send({ number: 2 });
    await expect.poll(() => client.received).toEqual([{ number: 2 }]);
    expect([...server.channels].map((channel) => channel.peer)).toEqual(['client']);
  });

  it('are assembled from pieces', async () => {
    const { received, sockets, port } = await serve();
    const socket = await connectRaw(port);
    await expect.poll(() => sockets.length).toBe(1);
    for (const piece of ['{"hello":"r', 'aw"}\n\n{"text":"', 'a"}\n{"text":"b"}\n']) {
      const arrived = once(sockets[0] as Socket, 'data');
      socket.write(piece);
      await arrived;
    }
    await expect.poll(() => received).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  it.each([
    ['that is not JSON', '{"hello":"raw"}\nwhat?\n', 'not JSON'],
    ['that is not an object', '{"hello":"raw"}\n7\n', 'not an object'],
    ['that is too long', `{"hello":"raw"}\n${'x'.repeat(1024 * 1024 + 1)}`, 'more than 1048576 bytes'],
  ])('disconnect only the peer that sends a line %s', async (_, sent, reason) => {
    const { server, received, lines, port } = await serve();
    const good = connect(port);
    await good.connector.whenReady();
    const socket = await connectRaw(port);
    socket.write(sent);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(lines.at(-1)).toContain(reason);
    good.connector.send({ still: 'here' });
    await expect.poll(() => received).toEqual([{ still: 'here' }]);
    expect(server.channels.size).toBe(1);
  });

  it('disconnect a peer that sends a message that the receiver refuses', async () => {
    const onMessage = () => {
      throw new BadMessage('nonsense');
    };
    const { lines, port } = await serve(0, { onMessage });
    const socket = await connectRaw(port);
    socket.write('{"hello":"raw"}\n{"a":1}\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(lines.at(-1)).toContain('it sent nonsense');
  });

  it.each(['{"hello":"two\\nlines"}', '{"hello":"\\u001b[2J"}', '{"hello":""}', '{"name":"raw"}'])(
    'are not accepted from a peer with the greeting %s',
    async (greeting) => {
      const { server, lines, port } = await serve();
      const socket = await connectRaw(port);
      socket.write(`${greeting}\n`);
      await new Promise((resolve) => socket.once('close', resolve));
      expect(lines).toHaveLength(1);
      expect(server.channels.size).toBe(0);
    },
  );

  it('ignore a probe that only connects', async () => {
    const { lines, port } = await serve();
    (await connectRaw(port)).destroy();
    // The server accepts connections in order, so it has seen the end of the first.
    const socket = await connectRaw(port);
    socket.write('{"hello":"raw"}\n');
    await expect.poll(() => lines.length).toBeGreaterThan(1);
    expect(lines).toEqual([expect.stringMatching('echo listens on'), expect.stringContaining('raw')]);
  });

  it('are held back for a peer that does not read', async () => {
    const { server, port } = await serve();
    const socket = await connectRaw(port);
    socket.write('{"hello":"raw"}\n');
    socket.pause();
    await expect.poll(() => server.channels.size).toBe(1);
    const channel = [...server.channels][0];
    if (channel === undefined) throw new Error('No peer is connected.');
    while (!channel.busy) {
      channel.send({ text: 'x'.repeat(100_000) });
      await delay(0);
    }
    socket.resume();
    await expect.poll(() => channel.busy).toBe(false);
  });
});
