import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineClient } from '../../../../src/backends/docker/api/engine-client.ts';
import { removeNetwork, removeUnusedNetworks } from '../../../../src/backends/docker/launch/networks.ts';

const refusal = 'error while removing network: network rl has active endpoints';

/** An engine that answers each request by its method and path, without the version; null is an empty answer. */
async function engine(answers: Readonly<Record<string, () => unknown>>) {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    response.setHeader('api-version', '1.41');
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*/, '');
    asked.push(`${request.method} ${path}`);
    const answer = answers[`${request.method} ${path}`]?.();
    if (typeof answer === 'string') response.statusCode = 403;
    response.end(
      answer === null || answer === undefined
        ? ''
        : JSON.stringify(typeof answer === 'string' ? { message: answer } : answer),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new EngineClient({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  onTestFinished(() => {
    client.close();
    server.close();
  });
  return { client, asked };
}

describe('removing a network', () => {
  test('waits until its containers have left', async () => {
    let refusals = 3;
    const { client } = await engine({
      'DELETE /networks/n1': () => (refusals-- > 0 ? refusal : null),
      'GET /networks/n1': () => ({ Id: 'n1', Name: 'rl', Containers: { c1: {} } }),
    });
    expect(await removeNetwork(client, 'n1')).toBe('removed');
  });

  test('gives up on an empty one that the engine keeps', async () => {
    const { client } = await engine({
      'DELETE /networks/n1': () => refusal,
      'GET /networks/n1': () => ({ Id: 'n1', Name: 'rl', Containers: {} }),
    });
    expect(await removeNetwork(client, 'n1')).toBe('miscounted');
  });

  test('fails with any other refusal', async () => {
    const { client } = await engine({ 'DELETE /networks/n1': () => 'not allowed' });
    await expect(removeNetwork(client, 'n1')).rejects.toThrow('refused to remove network n1: not allowed.');
  });
});

test('networks are removed that an engine kept, but none that is young or has containers', async () => {
  const network = (Id: string, launch: string, Created: string) => {
    return { Id, Name: `name-of-${Id}`, Labels: { 'symphony.launch': launch }, Created };
  };
  const old = '2026-11-28T00:00:00.123456789Z';
  const { client, asked } = await engine({
    'GET /networks': () => [
      network('kept', 'a', old),
      network('used', 'b', old),
      network('young', 'c', new Date().toISOString()),
      network('undated', 'd', ''),
      network('excepted', 'e', old),
    ],
    'GET /containers/json': () => [{ Id: 'c1', Names: ['/c1'], Labels: { 'symphony.launch': 'b' }, State: 'exited' }],
    'DELETE /networks/kept': () => null,
  });
  await removeUnusedNetworks(client, { owner: 'me', host: 'box' }, ['name-of-excepted']);
  expect(asked.filter((request) => request.startsWith('DELETE'))).toEqual(['DELETE /networks/kept']);
});
