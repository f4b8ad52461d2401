import { emptyList } from '../../shell/lists/list-state.ts';
import type { ListView } from '../../shell/store/view.ts';

/** The list of the cluster's experiments. It is the first view, and always open. */
export interface ExperimentsView extends ListView {
  readonly kind: 'experiments';
}

export function newExperimentsView(): ExperimentsView {
  return { kind: 'experiments', list: emptyList };
}
