import type { AppContext } from '../../shell/context/context.ts';
import { emptyList } from '../../shell/lists/list-state.ts';
import { pushView } from '../../shell/store/view-updates.ts';
import type { ProcessesView } from './processes-view.ts';

/** Opens the list of an experiment's processes. */
export function openExperiment({ store }: Pick<AppContext, 'store'>, experiment: string): void {
  pushView<ProcessesView>(store, { kind: 'processes', experiment, list: emptyList, collapsed: new Set() });
}
