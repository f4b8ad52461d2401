import { renderStart } from '../../views/experiments/render-start.ts';
import { renderLogs } from '../../views/logs/render-logs.ts';
import { renderList } from '../list-view/render-list.ts';
import { bodyHeight } from '../store/layout.ts';
import { type AppState, topView } from '../store/state.ts';
import { isListView } from '../store/view-updates.ts';
import { renderText } from '../text-view/render-text.ts';
import { listContent } from './list-content.ts';
import { viewLines } from './view-lines.ts';

/** The rows between header and status line. */
export function renderBody(state: AppState): string[] {
  const view = topView(state);
  if (view.kind === 'experiments' && state.model.size === 0) return renderStart(state);
  if (isListView(view)) return renderList(listContent(state, view));
  if (view.kind === 'logs') return renderLogs(state, view);
  return renderText(viewLines(state, view), view.scroll, state.theme, state.size.columns, bodyHeight(state.size));
}
