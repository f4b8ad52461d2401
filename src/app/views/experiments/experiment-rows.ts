import type { ExperimentStatus } from '../../../engine/contract/status.ts';
import type { ListRows } from '../../shell/list-view/list-rows.ts';
import { filterItems } from '../../shell/lists/filter.ts';
import type { Sort } from '../../shell/lists/list-state.ts';
import { sortRows } from '../../shell/lists/sort.ts';
import { memoizeLast } from '../../shell/store/memoize-last.ts';
import type { AppState } from '../../shell/store/state.ts';
import { type ExperimentContext, experimentColumns } from './experiment-columns.ts';
import type { ExperimentsView } from './experiments-view.ts';

// A context stays the same object while its values stay the same, so that rows are not rebuilt needlessly.
const contextOf = memoizeLast((now: number, current: string | null): ExperimentContext => ({ now, current }));

export function experimentContext({ now, current }: AppState): ExperimentContext {
  return contextOf(now, current);
}

const rowsOf = memoizeLast(
  (
    model: AppState['model'],
    filter: string,
    sort: Sort | null,
    context: ExperimentContext,
  ): ListRows<ExperimentStatus> => {
    const all = [...model.values()].map(({ experiment }) => experiment);
    const newestFirst = all.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    const kept = filterItems(
      newestFirst,
      filter,
      ({ name }) => name,
      ({ state }) => state,
    );
    const rows = sortRows(kept, experimentColumns, sort, context);
    return { rows, ids: rows.map(({ name }) => name), shown: rows.length, total: all.length };
  },
);

export function experimentRows(state: AppState, { list }: ExperimentsView): ListRows<ExperimentStatus> {
  return rowsOf(state.model, list.filter, list.sort, experimentContext(state));
}
