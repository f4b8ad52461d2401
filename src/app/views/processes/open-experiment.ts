import type { AppContext } from '../../shell/context/context.ts';
import { emptyList } from '../../shell/lists/list-state.ts';
import { pushView } from '../../shell/store/view-updates.ts';

/** Opens the list of an experiment's processes. */
export function openExperiment({ store }: AppContext, experiment: string): void {
  pushView(store, { kind: 'processes', experiment, list: emptyList, collapsed: new Set() });
}
