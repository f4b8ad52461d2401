import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { EngineClient } from '../../../../src/backends/docker/api/engine-client.ts';
import { checkGpus } from '../../../../src/backends/docker/launch/check-gpus.ts';
import { toDockerExperiment } from '../../../../src/backends/docker/section/docker-experiment.ts';
import type { Gpu } from '../../../../src/backends/kit/gpus/gpu.ts';
import type { ProcessSpec } from '../../../../src/engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

const gpus: readonly Gpu[] = [{ id: 'GPU-1', index: 0, vendor: 'nvidia' }];
const noDriver = 'could not select device driver "" with capabilities: [[gpu]]';
const noDevice = 'setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=0';

interface Engine {
  readonly podman?: boolean;
  /** What it says to the start of a container with a request; undefined if it starts it. */
  readonly refuse: (request: { readonly DeviceIDs?: readonly string[]; readonly Count?: number }) => string | undefined;
}

async function check(
  { podman = false, refuse }: Engine,
  main: Partial<ProcessSpec>,
  offered: typeof gpus | null = gpus,
) {
  const requests: unknown[] = [];
  const left = new Set<string>();
  const answer = (method: string, url: URL, body: string): { readonly status?: number; readonly body?: unknown } => {
    const path = url.pathname.replace(/^\/v[\d.]+/, '');
    if (path === '/containers/create') {
      requests.push(JSON.parse(body).HostConfig.DeviceRequests[0]);
      left.add(url.searchParams.get('name') as string);
      return { status: 201, body: { Id: url.searchParams.get('name') } };
    }
    if (method === 'DELETE') left.delete(path.split('/')[2] as string);
    if (!path.endsWith('/start')) return { body: {} };
    const said = refuse(requests.at(-1) as object);
    return said === undefined ? { status: 204 } : { status: 500, body: { message: said } };
  };
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answered = answer(request.method ?? '', new URL(request.url ?? '', 'http://engine'), body);
    response.setHeader('api-version', '1.41');
    if (podman) response.setHeader('libpod-api-version', '5.0.0');
    response.statusCode = answered.status ?? 200;
    response.end(answered.body === undefined ? '' : JSON.stringify(answered.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new EngineClient({ host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` });
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const processes = { other: { command: ['true'] }, main: { command: ['true'], ...main } };
  const experiment = toDockerExperiment(resolveExperiment({ name: 'rl', image: 'busybox', processes, groups: {} }));
  const checked = await checkGpus(client, experiment, offered ?? undefined).catch((error: unknown) => error);
  expect([...left]).toEqual([]);
  return { checked, requests };
}

const wants = (gpu: number) => ({ resources: { gpu } });

test('an engine that cannot give GPUs refuses, naming the place', async () => {
  const { checked } = await check({ refuse: () => noDriver }, wants(1));
  expect(checked).toMatchObject({
    code: 'invalid-spec',
    message: expect.stringMatching(
      /^processes\.main\.resources\.gpu: .*wants 1 GPU, .* cannot give GPUs to containers/,
    ),
    hint: expect.stringContaining('NVIDIA Container Toolkit'),
  });
});

test('an engine of another machine is asked for the number', async () => {
  const { checked, requests } = await check({ refuse: () => undefined }, wants(2), null);
  expect(checked).toBeUndefined();
  expect(requests).toMatchObject([{ Count: 2 }]);
});

test('what is not surely a refusal of GPUs is left to the starts', async () => {
  const { checked } = await check({ refuse: () => 'no space left on device' }, wants(1));
  expect(checked).toBeUndefined();
});

test.each([
  ['no GPU is wanted', {}],
  ['the declaration gives them', { ...wants(1), docker: { devices: ['/dev/nvidia0'] } }],
  ['a patch gives them', { ...wants(1), docker: { patch: { HostConfig: { Runtime: 'nvidia' } } } }],
])('nothing is asked if %s', async (_, main) => {
  const { checked, requests } = await check({ refuse: () => noDriver }, main);
  expect(checked).toBeUndefined();
  expect(requests).toEqual([]);
});

test('a Podman that ignores requests refuses', async () => {
  const { checked } = await check({ podman: true, refuse: () => undefined }, wants(1));
  expect(checked).toMatchObject({ message: expect.stringContaining('ignores requests for GPUs') });
});

test('a Podman that heeds requests is asked for the GPUs', async () => {
  const refuse: Engine['refuse'] = ({ DeviceIDs: [id] = [] }) =>
    id === 'nvidia.com/gpu=0' ? undefined : `unresolvable CDI devices ${id}`;
  expect((await check({ podman: true, refuse }, wants(1))).checked).toBeUndefined();
  const { checked } = await check({ podman: true, refuse: () => noDevice }, wants(1));
  expect(checked).toMatchObject({ hint: expect.stringContaining('nvidia-ctk cdi generate') });
});
