import { isFinal, sameProcess } from '../../../engine/contract/status.ts';
import { stateReason } from '../../../engine/text/format-state.ts';
import { bodyHeight } from '../../shell/store/layout.ts';
import type { AppState } from '../../shell/store/state.ts';
import { formatLines } from '../../shell/text/count.ts';
import { paint } from '../../shell/theme/theme.ts';
import type { LineFormat } from './log-lines.ts';
import { localTime } from './log-lines.ts';
import { renderLogWindow } from './log-window.ts';
import type { LogsView } from './logs-view.ts';
import { type LogRows, withTail } from './reading/log-rows.ts';
import type { LogSession } from './reading/log-session.ts';

/** The format of the lines of a view on this screen. */
export function lineFormat(state: AppState, view: LogsView): LineFormat {
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

/** Describes the lines that a session holds: `the last 5,000 lines`. */
export function heldText({ buffer, source }: LogSession): string {
  const count = formatLines(buffer.lineCount);
  return source.processes.length > 1 ? `the ${count} that are loaded` : `the last ${count}`;
}

/**
 * The lines of a view, after notes on the lines that are not loaded, and before those that have not ended yet, or how the
 * process ended.
 */
export function logRows(state: AppState, view: LogsView): LogRows {
  const { session } = view;
  const tail = [...session.openLines];
  const end = session.lines.count === 0 ? undefined : endText(state, view);
  if (end !== undefined) tail.push({ kind: 'end', source: -1, text: end, plain: end, time: undefined });
  return withTail(session.rows, tail);
}

/** How the process ended, if the view shows one process and its log has been read to the end. */
function endText(state: AppState, { session, experiment }: LogsView): string | undefined {
  const { processes, previous } = session.source;
  const [only] = processes;
  const isOver = session.status.kind === 'ended' && !previous && session.range?.to === undefined;
  if (!isOver || processes.length !== 1 || only === undefined) return undefined;
  const status = state.model.get(experiment)?.processes.find((candidate) => sameProcess(candidate, only));
  if (status === undefined || !isFinal(status.state)) return undefined;
  const how = stateReason(status, state.now) || status.state;
  return status.finishedAt === undefined ? how : `${how} at ${localTime(status.finishedAt)}`;
}

export function renderLogs(state: AppState, view: LogsView): string[] {
  const { session } = view;
  const { rows } = renderLogWindow(
    logRows(state, view),
    lineFormat(state, view),
    bodyHeight(state.size),
    view.anchor,
    view.match,
  );
  if (session.lines.count > 0 || session.openLines.length > 0) return [...rows];
  const { theme } = state;
  if (session.status.kind === 'failed') return [...rows, '', paint(theme, 'bad', `  ${session.status.message}`)];
  const hidden = session.buffer.end > session.buffer.first;
  const why = hidden
    ? `No line matches${session.isWhole ? '' : ` in ${heldText(session)}`}.`
    : session.status.kind === 'ended'
      ? 'No output.'
      : 'No output yet.';
  return [...rows, '', paint(theme, 'dim', `  ${why}`)];
}
