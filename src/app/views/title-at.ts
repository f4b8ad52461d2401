import type { AppState } from '../store/state.ts';
import type { ListView } from '../store/view-updates.ts';
import { columnAt } from './draw-list.ts';
import { listDrawing } from './list-drawings.ts';

/** The id of the column whose title is at a column of the screen. */
export function titleAt(state: AppState, view: ListView, x: number): string | undefined {
  return columnAt(listDrawing(state, view), state.size.columns, x)?.id;
}
