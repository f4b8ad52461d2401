import { describe, expect, it } from 'vitest';
import { EngineError, explainRefusal, unreachable } from '../../../../src/backends/docker/api/engine-error.ts';

describe('explainRefusal', () => {
  it.each([
    [
      'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
      /no address range left for another network/,
      /docker network prune/,
    ],
    [
      'driver failed programming external connectivity on endpoint rl: Bind for 127.0.0.1:7000 failed: port is already allocated',
      /a port that it publishes, 7000, is in use/,
      /choose another port/,
    ],
    ['write /var/lib/docker/tmp/x: no space left on device', /the disk of its machine is full/, /docker system df/],
    ['could not select device driver "" with capabilities: [[gpu]]', /cannot give GPUs/, /NVIDIA Container Toolkit/],
    [
      'setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=0',
      /does not know the GPUs that the container asks for/,
      /nvidia-ctk cdi generate/,
    ],
    [
      'error gathering device information while adding custom device "/dev/kfd": no such file or directory',
      /its machine has no device \/dev\/kfd \(/,
      /driver loaded/,
    ],
    ['container create: stat /dev/kfd: no such file or directory', /no device \/dev\/kfd \(/, /driver loaded/],
    ['client version 1.51 is too old. Minimum supported API version is 1.60', /newer versions/, /Update Symphony/],
  ])('explains %s', (said, why, hint) => {
    const explained = explainRefusal(said);
    expect(explained.why).toMatch(why);
    expect(explained.why).toContain(said);
    expect(explained.hint).toMatch(hint);
  });

  it('quotes anything else as it is', () => {
    expect(explainRefusal('no such container: x.\n')).toEqual({ why: 'no such container: x' });
  });
});

it.each([
  ['creating container storage: the container name "rl" is already in use by 1: that name is already in use', 409],
  ['network name rl already used: network already exists', 409],
  ['can only kill running containers. 1 is in state exited: container state improper', 409],
  ['rootlessport listen tcp 127.0.0.1:7000: bind: address already in use', 500],
])('tells the conflicts of Podman from its other failures: %s', (said, status) => {
  const error = new EngineError(500, said, 'create container rl', { host: 'unix:///run/podman/podman.sock' });
  expect(error.status).toBe(status);
});

it('says who may not use a socket, and what to do', () => {
  const denied = Object.assign(new Error('connect EACCES'), { code: 'EACCES' });
  const error = unreachable({ host: 'unix:///var/run/docker.sock' }, 'list containers', denied);
  expect(error.message).toMatch(/user \S+ may not use its socket \(permission denied\)\.$/);
  expect(error.hint).toContain('usermod -aG docker');
});
