import type { ListState } from './list-state.ts';
import { clamp, moveWindow } from './window.ts';

/** The cursor's index among the shown rows. If its row has disappeared, the cursor keeps the row's index. */
export function cursorIndex(state: ListState, ids: readonly string[]): number {
  const found = state.cursor === null ? -1 : ids.indexOf(state.cursor);
  return found >= 0 ? found : clamp(state.cursorIndex, 0, Math.max(0, ids.length - 1));
}

/** Puts the cursor on a row, or on the nearest one, and moves the window with it. */
export function selectIndex(state: ListState, ids: readonly string[], index: number, height: number): ListState {
  if (ids.length === 0) return { ...state, cursor: null, cursorIndex: 0, top: 0 };
  const selected = clamp(index, 0, ids.length - 1);
  return {
    ...state,
    cursor: ids[selected] ?? null,
    cursorIndex: selected,
    top: moveWindow(state.top, selected, ids.length, height).top,
  };
}

export type Movement = 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom';

export function moveCursor(state: ListState, ids: readonly string[], movement: Movement, height: number): ListState {
  const now = cursorIndex(state, ids);
  const page = Math.max(1, height - 1);
  const target = {
    up: now - 1,
    down: now + 1,
    'page-up': now - page,
    'page-down': now + page,
    top: 0,
    bottom: ids.length - 1,
  }[movement];
  return selectIndex(state, ids, target, height);
}

/** Scrolls the window. The cursor keeps its row, unless that row would leave the screen. */
export function scrollList(state: ListState, ids: readonly string[], rows: number, height: number): ListState {
  const top = clamp(state.top + rows, 0, Math.max(0, ids.length - height));
  const selected = clamp(cursorIndex(state, ids), top, Math.max(top, top + height - 1));
  return selectIndex({ ...state, top }, ids, selected, height);
}

/** Marks a row, or removes its mark. */
export function toggleMark(state: ListState, id: string): ListState {
  const marked = new Set(state.marked);
  if (!marked.delete(id)) marked.add(id);
  return { ...state, marked };
}
