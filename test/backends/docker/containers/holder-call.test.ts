import { expect, it } from 'vitest';
import { holderCall, serviceDifference } from '../../../../src/backends/docker/containers/holder-call.ts';
import { toDockerExperiment } from '../../../../src/backends/docker/section/docker-experiment.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { callsOf, facts, launch } from '../support/calls.ts';

const groups = {
  agents: {
    docker: { volumes: ['/shared'] },
    processes: {
      actor: { command: ['true'], bind: { control: null }, docker: { extraHosts: { store: '10.0.0.1' } } },
      viewer: { command: ['true'], expose: { page: 6006 }, docker: { sharedMemory: '1Gi' } },
    },
  },
};

it('processes of a group share the network, the memory and the volumes of one container, which publishes their ports', () => {
  const resolved = resolveExperiment({ name: 'rl', startDir: '/', image: 'busybox', processes: {}, groups });
  const services = resolved.services.map((service) => ({
    ...service,
    port: service.wantedPort ?? 7000,
    host: service.name,
    listenHost: '0.0.0.0',
  }));
  const { processes } = toDockerExperiment(resolved);
  const call = holderCall('agents', processes, { launch, facts, services, network: 'rl.a1b2', secretSets: [] });
  expect(call).toMatchObject({
    Hostname: 'agents',
    Labels: { 'symphony.launch': 'a1b2', 'symphony.group': 'agents' },
    HostConfig: {
      NetworkMode: 'rl.a1b2',
      PortBindings: { '6006/tcp': [{ HostIp: '127.0.0.1', HostPort: '6006' }] },
      Mounts: [{ Type: 'volume', Source: 'rl.agents.volume-0.a1b2', Target: '/volumes/0' }],
      ShmSize: 2 ** 30,
      ExtraHosts: ['store:10.0.0.1'],
    },
    NetworkingConfig: { EndpointsConfig: { 'rl.a1b2': { Aliases: ['agents', 'control', 'page'] } } },
  });
  for (const member of Object.values(callsOf({ groups }))) {
    const holder = 'container:rl.agents.a1b2';
    expect(member.HostConfig).toMatchObject({ NetworkMode: holder, IpcMode: holder });
    expect(member.HostConfig.Mounts).toContainEqual({
      Type: 'volume',
      Source: 'rl.agents.volume-0.a1b2',
      Target: '/shared',
      ReadOnly: false,
    });
    // An engine refuses these for a container in the network of another.
    for (const field of ['PortBindings', 'ExtraHosts', 'ShmSize']) expect(member.HostConfig).not.toHaveProperty(field);
    for (const field of ['Hostname', 'ExposedPorts', 'NetworkingConfig']) expect(member).not.toHaveProperty(field);
  }
});

it('a container of a group keeps its names and ports, which are compared with those that its services need', () => {
  const call = (names: readonly string[], ports: readonly string[]) => ({
    HostConfig: { PortBindings: Object.fromEntries(ports.map((port) => [port, []])) },
    NetworkingConfig: { EndpointsConfig: { 'rl.a1b2': { Aliases: names } } },
  });
  const existing = (names: readonly string[], ports: readonly string[]) => ({
    HostConfig: { PortBindings: Object.fromEntries(ports.map((port) => [port, []])) },
    NetworkSettings: { Networks: { 'rl.a1b2': { Aliases: ['0123456789ab', ...names] } } },
  });
  expect(serviceDifference(existing(['a', 's-0'], ['1/tcp']), call(['a', 's-0'], ['1/tcp']))).toBeUndefined();
  expect(serviceDifference(existing(['a', 's-0'], []), call(['a', 's-0', 's-1'], []))).toBe('lacks');
  expect(serviceDifference(existing(['a'], ['1/tcp']), call(['a'], ['1/tcp', '2/tcp']))).toBe('lacks');
  expect(serviceDifference(existing(['a'], ['1/tcp', '2/tcp']), call(['a'], ['1/tcp']))).toBe('more');
  expect(serviceDifference({ HostConfig: { PortBindings: null } }, call(['a'], []))).toBe('lacks');
});
