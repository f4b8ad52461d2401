import { emptyList } from '../lists/list-state.ts';
import type { AppContext } from '../store/context.ts';
import { pushView } from '../store/view-updates.ts';

/** Opens the list of an experiment's processes. */
export function openExperiment({ store }: AppContext, experiment: string): void {
  pushView(store, { kind: 'processes', experiment, list: emptyList, collapsed: new Set() });
}
