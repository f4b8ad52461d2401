import type { LineLook } from '../logs/log-lines.ts';
import type { LogSession } from '../logs/log-session.ts';
import { drawLogWindow } from '../logs/log-window.ts';
import { bodyHeight } from '../store/layout.ts';
import type { AppState } from '../store/state.ts';
import type { LogsView } from '../store/views.ts';
import { formatLines } from '../text/count.ts';
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

/** What a session holds, in words: `the last 5,000 lines`. */
export function heldText({ buffer, source }: LogSession): string {
  const count = formatLines(buffer.lineCount);
  return source.processes.length > 1 ? `the ${count} that are loaded` : `the last ${count}`;
}

export function drawLogs(state: AppState, view: LogsView): string[] {
  const { session } = view;
  const { rows } = drawLogWindow(session.rows, lineLook(state, view), bodyHeight(state.size), view.anchor, view.match);
  if (session.lines.count > 0) return [...rows];
  const { theme } = state;
  if (session.status.kind === 'failed') return [...rows, '', paint(theme, 'bad', `  ${session.status.message}`)];
  const hidden = session.buffer.end > session.buffer.first;
  const why = hidden
    ? `No line matches${session.isWhole ? '' : ` in ${heldText(session)}`}.`
    : session.status.kind === 'ended'
      ? 'It wrote nothing.'
      : 'Nothing was written yet.';
  return [...rows, '', paint(theme, 'dim', `  ${why}`)];
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
      const isOver = session.status.kind === 'ended';
      const paused = session.isHeld ? '‖ paused, and full: f goes on' : `‖ paused${isOver ? ', ended' : ''}`;
      return paint(theme, isOver ? 'dim' : 'warning', paused);
    }
    if (session.range?.to !== undefined) {
      return paint(theme, 'dim', `■ until ${new Date(session.range.to).toTimeString().slice(0, 8)}`);
    }
    return session.status.kind === 'ended' ? paint(theme, 'dim', '■ ended') : paint(theme, 'good', '● following');
  }
}
