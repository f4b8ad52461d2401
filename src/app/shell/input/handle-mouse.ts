import { runAction } from '../../actions/action.ts';
import { openSelected } from '../../actions/open.ts';
import { scrollLogs } from '../../views/logs/log-actions.ts';
import type { AppContext } from '../context/context.ts';
import { titleAt } from '../frame/title-at.ts';
import { columnsOf, scrollInList, selectRow, sortByColumn } from '../list-view/list-actions.ts';
import { cursorIndex } from '../lists/cursor.ts';
import { moveWindow } from '../lists/window.ts';
import { headerHeight, listHeight, titleHeight } from '../store/layout.ts';
import { listRows } from '../store/selection.ts';
import { topView } from '../store/state.ts';
import { isListView, type ListView } from '../store/view-updates.ts';
import type { MouseEvent } from '../terminal/mouse.ts';
import { scrollText } from '../text-view/text-actions.ts';

/** Rows per notch of the wheel. */
const wheelStep = 3;
/** The longest time between the two clicks of a double click. */
const doubleClickMilliseconds = 400;

/** Handles the mouse: the wheel scrolls, a click selects, a double click opens, a click on a title sorts. */
export function createMouseHandler(context: AppContext): (event: MouseEvent) => void {
  let lastClick: { readonly row: number; readonly time: number } | undefined;

  function wheel(rows: number): void {
    const view = topView(context.store.getState());
    if (isListView(view)) scrollInList(context, view, rows);
    else if (view.kind === 'logs') scrollLogs(context, rows);
    else scrollText(context, rows);
  }

  function press(view: ListView, { x, y }: MouseEvent): void {
    const state = context.store.getState();
    if (y === headerHeight) {
      const column = titleAt(state, view, x);
      const sortable = columnsOf(state, view).find(({ id, sortValue }) => id === column && sortValue !== undefined);
      if (sortable !== undefined) sortByColumn(context, sortable.id, sortable.alignment === 'right');
      return;
    }
    const { ids } = listRows(state, view);
    const height = listHeight(state.size);
    const { top, end } = moveWindow(view.list.top, cursorIndex(view.list, ids), ids.length, height);
    const index = top + y - headerHeight - titleHeight;
    if (y < headerHeight + titleHeight || index >= end) return;
    selectRow(context, view, index);
    const now = performance.now();
    const isSecond = lastClick?.row === index && now - lastClick.time < doubleClickMilliseconds;
    lastClick = isSecond ? undefined : { row: index, time: now };
    if (isSecond) void runAction(context, openSelected);
  }

  return (event) => {
    const state = context.store.getState();
    if (!state.mouse || state.overlays.length > 0) return;
    if (event.kind === 'wheel-up') wheel(-wheelStep);
    else if (event.kind === 'wheel-down') wheel(wheelStep);
    else if (event.kind === 'press') {
      const view = topView(state);
      if (isListView(view)) press(view, event);
    }
  };
}
