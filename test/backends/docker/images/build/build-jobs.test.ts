import { expect, it } from 'vitest';
import { buildJobs } from '../../../../../src/backends/docker/images/build/build-jobs.ts';
import { toDockerExperiment } from '../../../../../src/backends/docker/section/docker-experiment.ts';
import type { ExperimentSpec } from '../../../../../src/engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../../../../src/engine/spec/resolve/resolve-experiment.ts';

function jobsOf(spec: Partial<ExperimentSpec>) {
  const experiment = toDockerExperiment(resolveExperiment({ name: 'rl', processes: {}, groups: {}, ...spec }));
  expect(experiment.notes).toEqual([]);
  return buildJobs(experiment, 'me').map(({ names, pull, build: { context } }) => ({ names, pull, context }));
}

const command = ['true'];

it('builds once what processes declare alike, with all their names', () => {
  const docker = { build: { context: '/work', args: { A: '1', B: 2 } } };
  const other = { build: { context: '/work', args: { B: '2', A: 1 } }, pull: 'always' } as const;
  const processes = {
    one: { command, docker, replicas: 3 },
    two: { command, docker },
    three: { command, image: 'named:1', docker: other },
    four: { command, docker: { build: { context: '/work', target: 'base' } } },
  };
  expect(jobsOf({ processes })).toEqual([
    { names: ['localhost/symphony/rl/one:me', 'named:1'], pull: true, context: '/work' },
    { names: ['localhost/symphony/rl/four:me'], pull: false, context: '/work' },
  ]);
});

it('names images after the part of the experiment that declares them', () => {
  const docker = (folder: string) => ({ build: folder });
  const groups = {
    agents: {
      docker: docker('/group'),
      processes: { agent: { command }, other: { command, docker: docker('/inner') } },
    },
  };
  expect(
    jobsOf({ docker: docker('/all'), processes: { main: { command } }, groups }).map(({ names }) => names),
  ).toEqual([
    ['localhost/symphony/rl:me'],
    ['localhost/symphony/rl/agents:me'],
    ['localhost/symphony/rl/agents/other:me'],
  ]);
});
