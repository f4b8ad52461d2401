import { countProcesses, type ProcessStatus, summarizeState } from '../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../src/engine/contract/watch.ts';

/** The current time in tests, in milliseconds. */
export const now = Date.parse('2026-05-10T12:00:00Z');

export function aProcess(name: string, fields: Partial<ProcessStatus> = {}): ProcessStatus {
  return {
    experiment: 'rl',
    group: null,
    name,
    state: 'running',
    ready: true,
    restarts: 0,
    ports: {},
    command: 'true',
    ...fields,
  };
}

export function anExperiment(name: string, processes: readonly ProcessStatus[]): ExperimentSnapshot {
  return {
    experiment: {
      name,
      backend: 'memory',
      state: summarizeState(processes),
      createdAt: new Date(now - 60_000).toISOString(),
      processes: countProcesses(processes),
      services: [],
    },
    processes,
  };
}
