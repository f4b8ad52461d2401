import { formatProcess, type ProcessStatus } from '../../../engine/contract/status.ts';
import type { ListRows } from '../../shell/list-view/list-rows.ts';
import { filterItems } from '../../shell/lists/filter.ts';
import type { Sort } from '../../shell/lists/list-state.ts';
import { sortRows } from '../../shell/lists/sort.ts';
import { memoizeLast } from '../../shell/store/memoize-last.ts';
import type { AppState } from '../../shell/store/state.ts';
import { type ProcessContext, processColumns } from './process-columns.ts';
import { buildProcessTree, groupRowId, type ProcessRow } from './process-tree.ts';
import type { ProcessesView } from './processes-view.ts';

// A context stays the same object while its values stay the same, so that rows are not rebuilt needlessly.
const contextOf = memoizeLast(
  (now: number, measurements: AppState['measurements']): ProcessContext => ({ now, measurements }),
);

export function processContext({ now, measurements }: AppState): ProcessContext {
  return contextOf(now, measurements);
}

const rowsOf = memoizeLast(
  (
    processes: readonly ProcessStatus[],
    filter: string,
    sort: Sort | null,
    collapsed: ReadonlySet<string>,
    context: ProcessContext | undefined,
  ): ListRows<ProcessRow> => {
    const kept = filterItems(processes, filter, formatProcess, ({ state }) => state);
    const rows = sortTree(buildProcessTree(kept, collapsed), sort, context ?? { now: 0, measurements: new Map() });
    return { rows, ids: rows.map(({ id }) => id), shown: kept.length, total: processes.length };
  },
);

/** Sorts processes within their groups, and groups by the values of their headings. */
function sortTree(rows: readonly ProcessRow[], sort: Sort | null, context: ProcessContext): readonly ProcessRow[] {
  if (sort === null) return rows;
  const single = rows.filter((row) => row.kind === 'process' && row.process.group === null);
  const groups = rows.filter((row) => row.kind === 'group');
  return [
    ...sortRows(single, processColumns, sort, context),
    ...sortRows(groups, processColumns, sort, context).flatMap((group) => [
      group,
      ...sortRows(
        rows.filter((row) => row.kind === 'process' && groupRowId(row.process.group ?? '') === group.id),
        processColumns,
        sort,
        context,
      ),
    ]),
  ];
}

const noProcesses: readonly ProcessStatus[] = [];

export function processRows(state: AppState, view: ProcessesView): ListRows<ProcessRow> {
  const processes = state.model.get(view.experiment)?.processes ?? noProcesses;
  const { filter, sort } = view.list;
  // Without a sort the order does not depend on the time or on measurements.
  const context = sort === null ? undefined : processContext(state);
  return rowsOf(processes, filter, sort, view.collapsed, context);
}
