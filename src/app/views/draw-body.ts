import { bodyHeight } from '../store/layout.ts';
import { type AppState, topView } from '../store/state.ts';
import { isListView } from '../store/view-updates.ts';
import { drawList } from './draw-list.ts';
import { drawLogs } from './draw-logs.ts';
import { drawStart } from './draw-start.ts';
import { drawText } from './draw-text.ts';
import { listDrawing } from './list-drawings.ts';
import { viewLines } from './view-lines.ts';

/** The rows between header and status line. */
export function drawBody(state: AppState): string[] {
  const view = topView(state);
  if (view.kind === 'experiments' && state.model.size === 0) return drawStart(state);
  if (isListView(view)) return drawList(listDrawing(state, view));
  if (view.kind === 'logs') return drawLogs(state, view);
  return drawText(viewLines(state, view), view.scroll, state.theme, state.size.columns, bodyHeight(state.size));
}
