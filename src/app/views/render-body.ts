import { bodyHeight } from '../store/layout.ts';
import { type AppState, topView } from '../store/state.ts';
import { isListView } from '../store/view-updates.ts';
import { listContent } from './list-content.ts';
import { renderList } from './render-list.ts';
import { renderLogs } from './render-logs.ts';
import { renderStart } from './render-start.ts';
import { renderText } from './render-text.ts';
import { viewLines } from './view-lines.ts';

/** The rows between header and status line. */
export function renderBody(state: AppState): string[] {
  const view = topView(state);
  if (view.kind === 'experiments' && state.model.size === 0) return renderStart(state);
  if (isListView(view)) return renderList(listContent(state, view));
  if (view.kind === 'logs') return renderLogs(state, view);
  return renderText(viewLines(state, view), view.scroll, state.theme, state.size.columns, bodyHeight(state.size));
}
