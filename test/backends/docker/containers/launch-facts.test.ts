import { describe, expect, it } from 'vitest';
import {
  isPublished,
  launchFacts,
  readFacts,
  visitHost,
  writeFacts,
} from '../../../../src/backends/docker/containers/launch-facts.ts';
import { facts } from '../support/calls.ts';

it('facts survive the record of an experiment', () => {
  expect(readFacts(writeFacts(facts))).toEqual(facts);
  expect(readFacts(undefined)).toBeUndefined();
});

describe('launchFacts', () => {
  const endpoint = { host: 'unix:///var/run/docker.sock' };
  const sources = { endpoint, isPodman: false, info: {}, publishAddress: '127.0.0.1', uid: 1000, gid: 100 };

  it('names the user of a container who is the launching user outside', () => {
    const rootless = { SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'] };
    const remapping = { SecurityOptions: ['name=userns'] };
    expect(launchFacts(sources)).toMatchObject({ isLocal: true, user: '1000:100' });
    expect(launchFacts(sources)).not.toHaveProperty('remapsUsers');
    expect(launchFacts({ ...sources, info: rootless })).toMatchObject({ user: '0:0' });
    expect(launchFacts({ ...sources, info: { Rootless: true } })).toMatchObject({ user: '0:0' });
    expect(launchFacts({ ...sources, info: remapping })).toMatchObject({ user: '1000:100', remapsUsers: true });
    const remote = launchFacts({ ...sources, endpoint: { host: 'tcp://box:2376' }, info: remapping });
    expect(remote).toMatchObject({ isLocal: false });
    for (const field of ['user', 'remapsUsers']) expect(remote).not.toHaveProperty(field);
  });

  it('prefers the log driver that rotates', () => {
    const drivers = { Plugins: { Log: ['json-file', 'local'] } };
    expect(launchFacts({ ...sources, info: drivers }).logDriver).toBe('local');
    expect(launchFacts(sources).logDriver).toBe('json-file');
    expect(launchFacts({ ...sources, isPodman: true }).logDriver).toBe('k8s-file');
  });
});

it.each([
  ['unix:///var/run/docker.sock', '127.0.0.1', '127.0.0.1'],
  ['unix:///var/run/docker.sock', '0.0.0.0', '127.0.0.1'],
  ['tcp://box.test:2376', '0.0.0.0', 'box.test'],
  ['ssh://me@box.test', '::', 'box.test'],
  ['tcp://box.test:2376', '10.0.0.5', '10.0.0.5'],
])('an engine at %s that publishes at %s is visited at %s', (host, publishAddress, visited) => {
  expect(visitHost({ ...facts, endpoint: { host }, publishAddress })).toBe(visited);
});

it('exposed services are published where people can reach them', () => {
  expect(isPublished(facts)).toBe(true);
  const remote = { ...facts, isLocal: false };
  for (const publishAddress of ['127.0.0.1', '::1']) expect(isPublished({ ...remote, publishAddress })).toBe(false);
  for (const publishAddress of ['0.0.0.0', '10.0.0.5']) expect(isPublished({ ...remote, publishAddress })).toBe(true);
});
