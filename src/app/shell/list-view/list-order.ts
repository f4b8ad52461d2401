import type { StoreApi } from 'zustand/vanilla';
import type { AppContext } from '../context/context.ts';
import type { Column } from '../lists/column.ts';
import { selectIndex } from '../lists/cursor.ts';
import type { ListState, Sort } from '../lists/list-state.ts';
import { nextSort } from '../lists/sort.ts';
import { listHeight } from '../store/layout.ts';
import { type AppState, topView } from '../store/state.ts';
import { isOfKind, type ListView } from '../store/view.ts';
import { updateList } from '../store/view-updates.ts';
import type { ListRows } from './list-rows.ts';

type Store = StoreApi<AppState>;

/** What a filter needs to know of a list. */
interface FilteredList<Own extends ListView, Row> {
  readonly kind: Own['kind'];
  rows(state: AppState, view: Own): ListRows<Row>;
  nameOf?(row: Row): string | undefined;
}

/** Asks for a filter, and applies it while it is typed. */
export async function filterList<Own extends ListView, Row>(
  { store, ask }: AppContext,
  view: Own,
  list: FilteredList<Own, Row>,
): Promise<void> {
  const set = (filter: string) => {
    updateList(store, (before) => ({ ...before, filter, cursorIndex: 0, top: 0 }));
    selectFound(store, list);
  };
  const before = view.list.filter === '' ? [] : [view.list.filter];
  // When the answer arrives, later keys may already have opened another view.
  await ask.text({ label: '/', history: before, changed: set });
}

/** Puts the cursor on the row whose name equals the filter, or else on the first match. Headings do not count. */
function selectFound<Own extends ListView, Row>(
  store: Store,
  { kind, rows: rowsOf, nameOf }: FilteredList<Own, Row>,
): void {
  const state = store.getState();
  const view = topView(state);
  if (!isOfKind<Own>(kind)(view) || view.list.filter === '') return;
  const { rows, ids } = rowsOf(state, view);
  const names = nameOf === undefined ? ids : rows.map((row) => nameOf(row));
  const exact = names.indexOf(view.list.filter);
  const found = exact >= 0 ? exact : names.findIndex((name) => name !== undefined);
  if (found >= 0) updateList(store, (before) => selectIndex(before, ids, found, listHeight(state.size)));
}

/** Sorts by the next column. */
export function sortList<Row, Context>(store: Store, columns: readonly Column<Row, Context>[]): void {
  updateList(store, (list) => sorted(list, nextSort(columns, list.sort)));
}

/** Sorts by a column, or reverses the order if the list is already sorted by it. */
export function sortByColumn(store: Store, column: string, isNumber: boolean): void {
  updateList(store, (list) => {
    const descending = list.sort?.column === column ? !list.sort.descending : isNumber;
    return sorted(list, { column, descending });
  });
}

export function reverseSort(store: Store): void {
  updateList(store, (list) =>
    list.sort === null ? list : sorted(list, { ...list.sort, descending: !list.sort.descending }),
  );
}

/** Sorting resets the cursor to the top, which shows the rows that the order puts first. */
function sorted(list: ListState, sort: Sort | null): ListState {
  return { ...list, sort, cursor: null, cursorIndex: 0, top: 0 };
}
