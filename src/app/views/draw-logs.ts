import type { LineLook } from '../logs/log-lines.ts';
import { drawLogWindow } from '../logs/log-window.ts';
import { bodyHeight } from '../store/layout.ts';
import type { AppState } from '../store/state.ts';
import type { LogsView } from '../store/views.ts';
import { paint } from '../theme/theme.ts';

/** How the lines of a view are drawn on this screen. */
export function lineLook(state: AppState, view: LogsView): LineLook {
  return {
    theme: state.theme,
    width: state.size.columns,
    wrap: view.wrap,
    timestamps: view.timestamps,
    left: view.left,
    search: view.session.search,
    sources: view.session.source.processes.length > 1 ? view.session.buffer.sources : [],
  };
}

export function drawLogs(state: AppState, view: LogsView): string[] {
  const { session } = view;
  const { rows } = drawLogWindow(session.lines, lineLook(state, view), bodyHeight(state.size), view.anchor, view.match);
  if (rows.length > 0) return [...rows];
  const { theme } = state;
  if (session.status.kind === 'failed') return ['', paint(theme, 'bad', `  ${session.status.message}`)];
  const hidden = session.buffer.end > session.buffer.first;
  const why = hidden
    ? 'No line matches.'
    : session.status.kind === 'ended'
      ? 'It wrote nothing.'
      : 'Nothing was written yet.';
  return ['', paint(theme, 'dim', `  ${why}`)];
}

/** How the log is read now: following, paused, ended. */
export function drawLogStatus(state: AppState, view: LogsView): string {
  const { theme } = state;
  const { session } = view;
  const switches = [
    view.wrap ? 'wrap' : 'cut',
    view.timestamps ? 'times' : '',
    view.left > 0 ? `from column ${view.left + 1}` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
  const how = followState();
  return `${how}  ${paint(theme, 'dim', switches)}`;

  function followState(): string {
    if (session.status.kind === 'failed') return paint(theme, 'bad', `✗ ${session.status.message}`);
    if (view.anchor !== undefined) {
      return paint(theme, 'warning', session.isHeld ? '‖ paused, and full: f goes on' : '‖ paused');
    }
    return session.status.kind === 'ended' ? paint(theme, 'dim', '■ ended') : paint(theme, 'good', '● following');
  }
}
