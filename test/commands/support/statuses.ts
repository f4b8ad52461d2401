import type { ExperimentStatus, ProcessStatus } from '../../../src/engine/contract/status.ts';

export const now = Date.parse('2026-01-31T12:00:00Z');

export const learner: ProcessStatus = {
  experiment: 'rl',
  group: null,
  name: 'learner',
  state: 'running',
  ready: true,
  restarts: 2,
  startedAt: '2026-01-31T11:56:30Z',
  ports: { replay: 7000, dashboard: 7001 },
  pid: 4711,
  cpu: 0.5,
  memory: 1024 * 1024 * 1.5,
  command: ['python', 'learner.py', '--name', "it's"],
};

export const agent: ProcessStatus = {
  experiment: 'rl',
  group: 'agents',
  name: 'agent-0',
  state: 'failed',
  ready: false,
  restarts: 0,
  exitCode: 3,
  ports: {},
  command: 'exit 3',
};

export const experiment: ExperimentStatus = {
  name: 'rl',
  backend: 'local',
  state: 'degraded',
  createdAt: '2026-01-31T11:00:00Z',
  processes: { total: 2, ready: 1, running: 1, failed: 1, succeeded: 0 },
  services: [{ name: 'dashboard', kind: 'expose', host: '127.0.0.1', port: 7001, url: 'http://127.0.0.1:7001/' }],
};
