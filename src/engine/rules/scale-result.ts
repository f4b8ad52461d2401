import type { ScaleResult } from '../contract/capabilities.ts';
import { processKey } from '../contract/process-key.ts';
import type { ProcessReference } from '../contract/status.ts';
import type { ResolvedExperiment } from '../spec/resolve/resolved-experiment.ts';
import type { ReplicaChange } from '../spec/scale-spec.ts';

type Scaled = Pick<ResolvedExperiment, 'processes' | 'services'>;

/** What a change of the numbers of replicas returns if the numbers were there already. */
export const nothingScaled: ScaleResult = {
  changes: [],
  added: [],
  removed: [],
  newServices: [],
  goneServices: [],
  unaware: [],
};

/** The processes that a change of the numbers of replicas adds and removes. */
export function replicaDifference(before: Scaled, after: Scaled) {
  const old = new Set(before.processes.map(processKey));
  const next = new Set(after.processes.map(processKey));
  return {
    added: after.processes.filter((resolved) => !old.has(processKey(resolved))),
    removed: before.processes.filter((resolved) => !next.has(processKey(resolved))),
  };
}

/**
 * What a change of the numbers of replicas has changed.
 * @param running the keys of the processes that run, see `processKey`
 */
export function scaleResult(
  changes: readonly ReplicaChange[],
  before: Scaled,
  after: Scaled,
  running: ReadonlySet<string>,
): ScaleResult {
  const { added, removed } = replicaDifference(before, after);
  const old = new Set(before.services.map(({ name }) => name));
  const next = new Set(after.services.map(({ name }) => name));
  const newServices = [...next].filter((name) => !old.has(name));
  const goneServices = [...old].filter((name) => !next.has(name));
  const changed = new Set([...newServices, ...goneServices]);
  const addedKeys = new Set(added.map(processKey));
  const connected = new Map(before.processes.map((resolved) => [processKey(resolved), resolved.connect]));
  const unaware = after.processes.filter((resolved) => {
    const key = processKey(resolved);
    if (addedKeys.has(key) || !running.has(key)) return false;
    return [...resolved.connect, ...(connected.get(key) ?? [])].some((name) => changed.has(name));
  });
  return {
    changes,
    added: added.map(reference),
    removed: removed.map(reference),
    newServices,
    goneServices,
    unaware: unaware.map(reference),
  };
}

function reference({ group, name }: ProcessReference): ProcessReference {
  return { group, name };
}

/** The changes in words: `agent from 4 to 20, pair from 1 to 2`. */
export function formatReplicaChanges(changes: readonly ReplicaChange[]): string {
  return changes.map(({ target, from, to }) => `${target} from ${from} to ${to}`).join(', ');
}
