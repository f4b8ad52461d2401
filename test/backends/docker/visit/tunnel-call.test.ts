import { expect, it } from 'vitest';
import { tunnelCall } from '../../../../src/backends/docker/visit/tunnel-call.ts';
import { facts, launch } from '../support/calls.ts';

it('a tunnel ends in a container that is gone with its connection, and is removed with the launch', () => {
  expect(tunnelCall('c0ffee', launch, facts)).toMatchObject({
    Labels: { 'symphony.launch': launch.launchId, 'symphony.tunnel': 'c0ffee' },
    StdinOnce: true,
    HostConfig: { NetworkMode: 'container:c0ffee', AutoRemove: true },
  });
});

it('it can join the network of a container whose users are not mapped', () => {
  expect(tunnelCall('c0ffee', launch, { ...facts, remapsUsers: true }).HostConfig).toMatchObject({
    UsernsMode: 'host',
  });
});
