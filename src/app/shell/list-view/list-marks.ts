import type { StoreApi } from 'zustand/vanilla';
import { cursorIndex, moveCursor, selectIndex, toggleMark } from '../lists/cursor.ts';
import { listHeight } from '../store/layout.ts';
import type { AppState } from '../store/state.ts';
import type { ListView } from '../store/view.ts';
import { updateList } from '../store/view-updates.ts';
import type { ListRows } from './list-rows.ts';

type Store = StoreApi<AppState>;

/** Marks the selected row, or unmarks it, and moves the cursor down. @param marks the ids that marking a row affects */
export function markRow<Row>(
  store: Store,
  { rows, ids }: ListRows<Row>,
  view: ListView,
  marks: (row: Row) => readonly string[],
): void {
  const height = listHeight(store.getState().size);
  const index = cursorIndex(view.list, ids);
  const row = rows[index];
  const affected = row === undefined ? [] : marks(row);
  updateList(store, (list) => {
    const allMarked = affected.every((id) => list.marked.has(id));
    const changed = affected
      .filter((id) => allMarked || !list.marked.has(id))
      .reduce((next, id) => toggleMark(next, id), list);
    return moveCursor(selectIndex(changed, ids, index, height), ids, 'down', height);
  });
}

/** Marks all shown rows. */
export function markAll<Row>(store: Store, { rows }: ListRows<Row>, marks: (row: Row) => readonly string[]): void {
  updateList(store, (list) => ({ ...list, marked: new Set(rows.flatMap((row) => marks(row))) }));
}

export function clearMarks(store: Store): void {
  updateList(store, (list) => ({ ...list, marked: new Set() }));
}
