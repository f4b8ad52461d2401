import { describe, expect, it } from 'vitest';
import { connect, host, serve } from './support/peers.ts';

describe('a connector', () => {
  it('continues after the server was away', async () => {
    const first = await serve();
    const { port } = first;
    const client = connect(port);
    await client.connector.whenReady();
    await first.stop();
    await expect.poll(() => client.connector.connected).toBe(false);
    client.connector.send({ dropped: true });
    // Further failed attempts must add no lines.
    await expect.poll(() => client.connector.attempts).toBeGreaterThan(2);
    const second = await serve(port);
    await client.connector.whenReady();
    client.connector.send({ number: 3 });
    await expect.poll(() => second.received).toEqual([{ number: 3 }]);
    expect(client.lines).toEqual([
      `connected to echo at ${host}:${port}`,
      expect.stringMatching(/^lost echo \(.+\), connecting again$/),
      `regained echo at ${host}:${port}`,
    ]);
  });

  it('waits for a server that does not run yet, with one line of log', async () => {
    const { port, stop } = await serve();
    await stop();
    const client = connect(port);
    await expect.poll(() => client.lines.length).toBeGreaterThan(0);
    // Further failed attempts must add no lines.
    await expect.poll(() => client.connector.attempts).toBeGreaterThan(2);
    await serve(port);
    await client.connector.whenReady();
    expect(client.lines).toEqual([
      `waiting for echo at ${host}:${port} (ECONNREFUSED)`,
      `connected to echo at ${host}:${port}`,
    ]);
  });
});
