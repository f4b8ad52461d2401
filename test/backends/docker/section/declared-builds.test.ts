import { expect, it } from 'vitest';
import { imageOf } from '../../../../src/backends/docker/containers/process-image.ts';
import { toDockerExperiment } from '../../../../src/backends/docker/section/docker-experiment.ts';
import type { BackendSection, ExperimentSpec } from '../../../../src/engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

const command = ['true'];
const docker = { build: '/work' };

function experimentOf(spec: Partial<ExperimentSpec>) {
  return toDockerExperiment(resolveExperiment({ name: 'rl', processes: { main: { command } }, groups: {}, ...spec }));
}

/** The image of the only process, and whether it is built. */
function imageAndBuild(spec: Partial<ExperimentSpec>) {
  const { processes, notes } = experimentOf(spec);
  expect(notes).toEqual([]);
  const [main] = processes;
  return main && [imageOf(main, { experiment: 'rl', owner: 'me' }), main.build?.path];
}

it('the innermost level that names an image or a build decides', () => {
  expect(imageAndBuild({ docker })).toEqual(['localhost/symphony/rl:me', 'docker.build']);
  expect(imageAndBuild({ image: 'outer:1', docker })).toEqual(['outer:1', 'docker.build']);
  const own = { main: { command, image: 'inner:1' } };
  expect(imageAndBuild({ docker, processes: own })).toEqual(['inner:1', undefined]);
  const built = { main: { command, docker } };
  expect(imageAndBuild({ image: 'outer:1', processes: built })).toEqual([
    'localhost/symphony/rl/main:me',
    'processes.main.docker.build',
  ]);
  const group = { agents: { image: 'group:1', docker, processes: { main: { command } } } };
  expect(imageAndBuild({ image: 'outer:1', processes: {}, groups: group })).toEqual([
    'group:1',
    'groups.agents.docker.build',
  ]);
});

it('refuses one name for different images', () => {
  const other = { build: { context: '/work', target: 'other' } };
  const processes = {
    one: { command, image: 'rl:1', docker },
    two: { command, image: 'rl:1', docker },
    three: { command, image: 'rl:1', docker: other },
  };
  expect(experimentOf({ processes }).notes).toMatchObject([
    {
      verdict: 'refused',
      path: 'processes.three.docker.build',
      message: expect.stringContaining('processes.one.docker.build'),
    },
  ]);
});

it.each([
  [{ build: 5 }, 'processes.main.docker.build'],
  [{ build: {} }, 'processes.main.docker.build.context'],
  [{ build: { context: '/work', tag: 'x' } }, 'processes.main.docker.build.tag'],
  [{ build: { context: '/work', args: { A: null } } }, 'processes.main.docker.build.args.A'],
])('refuses %j with its place alone', (section: BackendSection, path) => {
  expect(
    experimentOf({ processes: { main: { command, docker: section as object } } }).notes.map((note) => note.path),
  ).toEqual([path]);
});
