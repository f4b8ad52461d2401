import type { Cluster } from '../../../engine/client/cluster.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { ProcessStatus } from '../../../engine/contract/status.ts';
import { topView } from '../store/state.ts';
import type { View } from '../store/view.ts';
import type { AppContext, Targets } from './context.ts';

/** What an action applies to in the view on the screen. */
export function currentTargets({ store, views }: Pick<AppContext, 'store' | 'views'>): Targets {
  const state = store.getState();
  const view = topView(state);
  return views.kindOf(view).targets(state, view);
}

/** The experiments that an action applies to. */
export function chosenExperiments(context: Pick<AppContext, 'store' | 'views'>): string[] {
  return currentTargets(context).selections.map(({ experiment }) => experiment);
}

/** The targets in a view that shows at most one experiment, and none of its processes in particular. */
export function experimentTargets({ experiment }: View): Targets {
  return { selections: experiment === undefined ? [] : [{ experiment, processes: [] }] };
}

export interface ChosenProcess {
  readonly experiment: string;
  readonly status: ProcessStatus;
}

/** @throws SymphonyError `usage` unless exactly one process is chosen */
export function requireOneProcess(context: AppContext): ChosenProcess {
  const { selections, process: status } = currentTargets(context);
  const [selection] = selections;
  if (selection === undefined || status === undefined) {
    throw new SymphonyError('usage', 'This needs exactly one process.', { hint: 'Select a process of the group.' });
  }
  return { experiment: selection.experiment, status };
}

/** @throws SymphonyError `backend-unavailable` if no cluster is open */
export function requireCluster({ store }: AppContext): Cluster {
  const { cluster } = store.getState();
  if (cluster === undefined) throw new SymphonyError('backend-unavailable', 'No cluster is open.');
  return cluster;
}
