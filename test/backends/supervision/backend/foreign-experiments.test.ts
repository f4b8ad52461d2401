import { expect, it } from 'vitest';
import type { ForeignExperiment } from '../../../../src/backends/supervision/backend/foreign-experiments.ts';
import { distinctNames } from '../../../../src/backends/supervision/backend/foreign-experiments.ts';

const foreign = (name: string, host: string): ForeignExperiment => ({
  host,
  snapshot: {
    experiment: {
      name,
      backend: 'docker',
      state: 'running',
      createdAt: '2026-01-01T00:00:00.000Z',
      processes: { total: 1, ready: 1, running: 1, failed: 0, succeeded: 0 },
      services: [],
    },
    processes: [
      {
        experiment: name,
        group: null,
        name: 'main',
        state: 'running',
        ready: true,
        restarts: 0,
        command: '',
        ports: {},
      },
    ],
  },
});

it('an experiment of others never has a name of another one', () => {
  const others = [foreign('rl', 'box'), foreign('rl', 'box'), foreign('new', 'box'), foreign('new', 'den')];
  const named = distinctNames(others, ['rl']);
  expect(named.map(({ snapshot }) => snapshot.experiment.name)).toEqual(['rl@box', 'rl@box-2', 'new', 'new@den']);
  expect(named.map(({ snapshot }) => snapshot.processes[0]?.experiment)).toEqual([
    'rl@box',
    'rl@box-2',
    'new',
    'new@den',
  ]);
});
