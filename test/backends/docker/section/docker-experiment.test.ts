import { expect, it } from 'vitest';
import { toDockerExperiment } from '../../../../src/backends/docker/section/docker-experiment.ts';
import type { BackendSection } from '../../../../src/engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

/** The places that are refused, for a `docker:` section of a process. */
function refused(section: BackendSection, experiment: BackendSection = {}): readonly string[] {
  const main = { command: ['true'], image: 'busybox', docker: section, replicas: 3 };
  const spec = { name: 'rl', processes: { main }, groups: {}, docker: experiment };
  return toDockerExperiment(resolveExperiment(spec)).notes.map(({ path }) => path);
}

it.each([
  [{ volumes: ['relative:path'] }, 'processes.main.docker.volumes[0]'],
  [{ pull: 'sometimes' }, 'processes.main.docker.pull'],
  [{ ulimits: { nofile: 'many' } }, 'processes.main.docker.ulimits.nofile'],
  [{ workingDir: 'here' }, 'processes.main.docker.workingDir'],
  [{ network: 'host' }, 'processes.main.docker.network'],
  [{ tmpfs: { '/scratch': 'large' } }, 'processes.main.docker.tmpfs."/scratch"'],
])('refuses %j with its place, once for all replicas', (section, place) => {
  expect(refused(section)).toEqual([place]);
});

it('takes what docs/docker.md describes', () => {
  const section = {
    mount: true,
    workingDir: null,
    user: '1000:1000',
    pull: 'never',
    volumes: ['/data:/data:ro', 'cache:/cache', '/scratch'],
    tmpfs: { '/fast': '1Gi' },
    sharedMemory: '1Gi',
    ulimits: { nofile: 65536, memlock: { soft: -1, hard: -1 } },
    extraHosts: { 'host.docker.internal': 'host-gateway' },
    capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] },
    devices: ['/dev/fuse'],
    runtime: 'runsc',
    init: false,
    labels: { team: 'a' },
    patch: { HostConfig: { Privileged: true } },
  };
  expect(refused(section, { network: 'shared' })).toEqual([]);
});

it('refuses a process without an image', () => {
  const spec = { name: 'rl', processes: { main: { command: ['true'] } }, groups: {} };
  const [note] = toDockerExperiment(resolveExperiment(spec)).notes;
  expect(note).toMatchObject({ verdict: 'refused', path: 'processes.main.image' });
});
