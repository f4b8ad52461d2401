import type { StoreApi } from 'zustand/vanilla';
import { cursorIndex, selectIndex } from '../lists/cursor.ts';
import { moveWindow } from '../lists/window.ts';
import { headerHeight, listHeight, titleHeight } from '../store/layout.ts';
import type { AppState } from '../store/state.ts';
import { updateList } from '../store/view-updates.ts';
import { sortByColumn } from './list-order.ts';
import { columnAt, type ListContent } from './render-list.ts';

/** Handles a click: on a title it sorts, on a row it selects. Returns the index of the selected row. */
export function pressList<Row, Context>(
  store: StoreApi<AppState>,
  content: ListContent<Row, Context>,
  { x, y }: { readonly x: number; readonly y: number },
): number | undefined {
  const { ids, list, width } = content;
  if (y === headerHeight) {
    const column = columnAt(content, width, x);
    if (column?.sortValue !== undefined) sortByColumn(store, column.id, column.alignment === 'right');
    return undefined;
  }
  const height = listHeight(store.getState().size);
  const { top, end } = moveWindow(list.top, cursorIndex(list, ids), ids.length, height);
  const index = top + y - headerHeight - titleHeight;
  if (y < headerHeight + titleHeight || index >= end) return undefined;
  updateList(store, (before) => selectIndex(before, ids, index, height));
  return index;
}
