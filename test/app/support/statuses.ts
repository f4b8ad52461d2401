import type { ExperimentDescription } from '../../../src/engine/contract/backend.ts';
import { countProcesses, type ProcessStatus, summarizeState } from '../../../src/engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../../src/engine/contract/watch.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';

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

/** A description of an experiment, with one member for each of its processes. */
export function describedExperiment(
  { experiment, processes }: ExperimentSnapshot,
  fields: Partial<ExperimentDescription> = {},
): ExperimentDescription {
  return {
    ...experiment,
    launchId: 'abc',
    location: '/somewhere',
    spec: parseSpec({ name: experiment.name, processes: { main: { command: 'true' } } }, { baseDir: '/' }),
    notes: [],
    members: processes.map((status) => ({ ...status, runs: [], env: {}, bind: [], connect: [], expose: [] })),
    ...fields,
  };
}
