import { columnAt } from '../list-view/render-list.ts';
import type { AppState } from '../store/state.ts';
import type { ListView } from '../store/view-updates.ts';
import { listContent } from './list-content.ts';

/** The id of the column whose title is at a screen column. */
export function titleAt(state: AppState, view: ListView, x: number): string | undefined {
  return columnAt(listContent(state, view), state.size.columns, x)?.id;
}
