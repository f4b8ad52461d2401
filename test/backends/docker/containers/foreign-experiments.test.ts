import { expect, it } from 'vitest';
import type { ListedContainer } from '../../../../src/backends/docker/api/engine-objects.ts';
import { foreignExperiments } from '../../../../src/backends/docker/containers/foreign-experiments.ts';
import { labels, launchLabels } from '../../../../src/backends/docker/containers/labels.ts';

function container(owner: string, key: string | null, run: number, state: string, status: string): ListedContainer {
  const own = key === null ? { [labels.group]: 'agents' } : { [labels.process]: key, [labels.run]: String(run) };
  const launch = { experiment: 'rl', launchId: `launch-of-${owner}`, owner, host: 'box' };
  return {
    Id: 'a'.repeat(64),
    Names: ['/name'],
    Labels: { ...launchLabels(launch), ...own },
    State: state,
    Status: status,
    Created: 1_764_328_343 + run,
  };
}

it('shows the experiments of others as theirs, with the newest run of each process', () => {
  const containers = [
    container('me', 'learner', 1, 'running', 'Up 2 minutes'),
    container('other', 'learner', 1, 'exited', 'Exited (3) 5 minutes ago'),
    container('other', 'learner', 2, 'running', 'Up 2 minutes'),
    container('other', 'agents.agent', 1, 'exited', 'Exited (137) 5 seconds ago'),
    container('other', null, 1, 'running', 'Up 2 minutes'),
  ];
  const [found, ...more] = foreignExperiments(containers, 'me');
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    host: 'box',
    snapshot: {
      experiment: {
        name: 'rl',
        state: 'degraded',
        reason: 'on the machine box: use symphony there',
        processes: { total: 2, running: 1, failed: 1 },
      },
      processes: [
        { group: null, name: 'learner', state: 'running', restarts: 1, container: 'a'.repeat(12) },
        { group: 'agents', name: 'agent', state: 'failed', exitCode: 137 },
      ],
    },
  });
});

it('shows none where there are only own ones, or containers of other tools', () => {
  const other = { ...container('me', 'learner', 1, 'running', 'Up'), Labels: {} };
  expect(foreignExperiments([container('me', 'learner', 1, 'running', 'Up'), other], 'me')).toEqual([]);
});

it('shows none of which there is no process yet, or any more', () => {
  expect(foreignExperiments([container('other', null, 1, 'running', 'Up 2 minutes')], 'me')).toEqual([]);
});
