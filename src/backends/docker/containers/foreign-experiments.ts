import { parseProcessKey } from '../../../engine/contract/process-key.ts';
import {
  countProcesses,
  type ProcessState,
  type ProcessStatus,
  summarizeState,
} from '../../../engine/contract/status.ts';
import type { ForeignExperiment } from '../../supervision/backend/foreign-experiments.ts';
import { shortId } from '../api/engine-client.ts';
import type { ListedContainer } from '../api/engine-objects.ts';
import { labels, runOf } from './labels.ts';

/**
 * The experiments on an engine that the supervisors of other machines or users run, as far as their containers tell.
 * @param owner whose experiments are left out
 */
export function foreignExperiments(containers: readonly ListedContainer[], owner: string): ForeignExperiment[] {
  const others = containers.filter(({ Labels }) => (Labels[labels.owner] ?? owner) !== owner);
  const byLaunch = Map.groupBy(others, ({ Labels }) => Labels[labels.launch]);
  return [...byLaunch.values()].flatMap((own) => {
    const { [labels.experiment]: name, [labels.host]: host = 'unknown' } = own[0]?.Labels ?? {};
    if (name === undefined) return [];
    const processes = newestRuns(own).map((container) => statusOf(container, name));
    // What holds the network of a group is made before its processes, and removed after them.
    if (processes.length === 0) return [];
    const created = Math.min(...own.map(({ Created }) => Created));
    const experiment = {
      name,
      backend: 'docker',
      state: summarizeState(processes),
      reason: `on the machine ${host}: use symphony there`,
      createdAt: new Date(created * 1000).toISOString(),
      processes: countProcesses(processes),
      services: [],
    };
    return [{ host, snapshot: { experiment, processes } }];
  });
}

/** The container of the newest run of each process. */
function newestRuns(containers: readonly ListedContainer[]): ListedContainer[] {
  const newest = new Map<string, ListedContainer>();
  const numberOf = ({ Labels }: ListedContainer) => runOf(Labels)?.run ?? 0;
  for (const container of containers) {
    const key = runOf(container.Labels)?.key;
    const known = key === undefined ? undefined : newest.get(key);
    if (key !== undefined && (known === undefined || numberOf(known) < numberOf(container))) newest.set(key, container);
  }
  return [...newest.values()];
}

function statusOf({ Id, Labels, State, Status = '', Created }: ListedContainer, experiment: string): ProcessStatus {
  const { key, run } = runOf(Labels) ?? { key: '', run: 1 };
  const state = stateOf(State, Status);
  const exitCode = exitCodeIn(Status);
  return {
    experiment,
    ...parseProcessKey(key),
    state,
    ready: state === 'running',
    restarts: run - 1,
    ...(exitCode === undefined ? {} : { exitCode }),
    startedAt: new Date(Created * 1000).toISOString(),
    ports: {},
    container: shortId(Id),
    // The engine lists what runs in it, with its init, and not what was declared.
    command: '',
  };
}

function stateOf(state: string, status: string): ProcessState {
  if (state === 'running' || state === 'paused' || state === 'restarting') return 'running';
  if (state === 'created') return 'starting';
  const exitCode = exitCodeIn(status);
  return exitCode === undefined ? 'lost' : exitCode === 0 ? 'succeeded' : 'failed';
}

/** `Exited (137) 5 seconds ago`. */
function exitCodeIn(status: string): number | undefined {
  const code = /^Exited \((\d+)\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}
