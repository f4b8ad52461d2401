import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../../../../src/backends/docker/api/connection/engine-endpoint.ts';

describe('parseEndpoint', () => {
  it.each([
    ['unix:///var/run/docker.sock', { kind: 'unix', path: '/var/run/docker.sock' }],
    ['tcp://box', { kind: 'tcp', host: 'box', port: 2375, isSecure: false }],
    ['tcp://[::1]:1234', { kind: 'tcp', host: '::1', port: 1234, isSecure: false }],
    ['https://box', { kind: 'tcp', host: 'box', port: 2376, isSecure: true }],
    ['ssh://me@box:22', { kind: 'ssh', destination: 'me@box', port: 22 }],
    ['ssh://box/run/user/1000/docker.sock', { kind: 'ssh', destination: 'box', socket: '/run/user/1000/docker.sock' }],
  ])('reads %s', (host, address) => {
    expect(parseEndpoint({ host })).toEqual(address);
  });

  it('speaks TLS where there is a folder of certificates', () => {
    expect(parseEndpoint({ host: 'tcp://box', certFolder: '/certs' })).toMatchObject({ port: 2376, isSecure: true });
  });

  it.each([
    ['/var/run/docker.sock', /it has no scheme/],
    ['unix://docker.sock', /is not absolute/],
    ['npipe:////./pipe/docker_engine', /npipe is not supported/],
    ['gopher://box', /gopher is not known/],
    ['tcp://', /names no host/],
    ['ssh://-oProxyCommand=x', /hyphen/],
    ['ssh://me:secret@box', /password/],
  ])('refuses %s', (host, message) => {
    expect(() => parseEndpoint({ host }, 'DOCKER_HOST')).toThrow(message);
  });
});
