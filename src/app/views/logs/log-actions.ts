import type { AppContext } from '../../shell/context/context.ts';
import type { Movement } from '../../shell/lists/cursor.ts';
import { bodyHeight } from '../../shell/store/layout.ts';
import { topView } from '../../shell/store/state.ts';
import { updateView } from '../../shell/store/view-updates.ts';
import { parsePattern } from '../../shell/text/pattern.ts';
import type { LogAnchor } from './log-window.ts';
import { endAnchor, moveAnchor } from './log-window.ts';
import { isLogsView, type LogsView } from './logs-view.ts';
import { parseTimeRange } from './reading/time-range.ts';
import { heldText, lineFormat, logRows } from './render-logs.ts';

function logsView(context: AppContext): LogsView | undefined {
  const view = topView(context.store.getState());
  return isLogsView(view) ? view : undefined;
}

function setAnchor(context: AppContext, anchor: LogAnchor | undefined): void {
  logsView(context)?.session.pin(anchor?.sequence);
  updateView(context.store, isLogsView, (view) => ({ ...view, anchor }));
}

/** Scrolls by rows. Scrolling down to the end resumes following. */
export function scrollLogs(context: AppContext, rows: number): void {
  const view = logsView(context);
  if (view === undefined) return;
  const state = context.store.getState();
  const format = lineFormat(state, view);
  const lines = logRows(state, view);
  const end = endAnchor(lines, format, bodyHeight(state.size));
  const from = view.anchor ?? end;
  if (from === undefined || end === undefined) return;
  const moved = moveAnchor(lines, format, from, rows);
  const isAtEnd = moved.sequence > end.sequence || (moved.sequence === end.sequence && moved.row >= end.row);
  setAnchor(context, rows > 0 && isAtEnd ? undefined : moved);
}

export function moveInLogs(context: AppContext, movement: Movement): void {
  const view = logsView(context);
  if (view === undefined) return;
  const page = Math.max(1, bodyHeight(context.store.getState().size) - 1);
  if (movement === 'bottom') setAnchor(context, undefined);
  else if (movement === 'top') {
    const sequence = logRows(context.store.getState(), view).sequenceAt(0);
    if (sequence !== undefined) setAnchor(context, { sequence, row: 0 });
  } else scrollLogs(context, { up: -1, down: 1, 'page-up': -page, 'page-down': page }[movement]);
}

export function toggleFollow(context: AppContext): void {
  const view = logsView(context);
  if (view === undefined) return;
  if (view.anchor !== undefined) {
    setAnchor(context, undefined);
    return;
  }
  const state = context.store.getState();
  const end = endAnchor(logRows(state, view), lineFormat(state, view), bodyHeight(state.size));
  if (end !== undefined) setAnchor(context, end);
}

export async function searchLogs(context: AppContext): Promise<void> {
  const view = logsView(context);
  if (view === undefined) return;
  const { session } = view;
  const set = (text: string) => {
    session.setSearch(parsePattern(text));
    updateView(context.store, isLogsView, (logs) => ({ ...logs, match: undefined }));
    context.requestFrame();
  };
  const answer = await context.ask.text({ label: '/', changed: set });
  set(answer ?? '');
  updateView(context.store, isLogsView, (logs) => ({ ...logs, match: undefined }));
  if (answer !== undefined && answer !== '') jumpToLogMatch(context, -1);
}

/** Jumps to the next match below (1) or above (-1), and wraps around. The first jump goes to the newest match. */
export function jumpToLogMatch(context: AppContext, step: 1 | -1): void {
  const view = logsView(context);
  const matches = view?.session.matches;
  if (view === undefined || matches === undefined) return;
  const { count } = matches;
  if (count === 0) {
    context.notify.info(view.session.isWhole ? 'Nothing matches.' : `Nothing matches in ${heldText(view.session)}.`);
    return;
  }
  const now = view.match === undefined ? undefined : matches.positionOf(view.match);
  const next = now === undefined ? count - 1 : (now + step + count) % count;
  const sequence = matches.sequenceAt(next);
  if (sequence === undefined) return;
  const state = context.store.getState();
  const format = lineFormat(state, view);
  const anchor = moveAnchor(
    logRows(state, view),
    format,
    { sequence, row: 0 },
    -Math.floor(bodyHeight(state.size) / 2),
  );
  setAnchor(context, anchor);
  updateView(context.store, isLogsView, (logs) => ({ ...logs, match: sequence }));
}

export async function filterLogs(context: AppContext): Promise<void> {
  const view = logsView(context);
  if (view === undefined) return;
  const { session } = view;
  const before = session.filter;
  const set = (text: string) => {
    session.setFilter(parsePattern(text));
    context.requestFrame();
  };
  const text = before === undefined ? '' : `${before.inverse ? '!' : ''}${before.source}`;
  const answer = await context.ask.text({ label: '&', text, changed: set });
  set(answer ?? '');
}

export async function chooseTimeRange(context: AppContext): Promise<void> {
  const view = logsView(context);
  if (view === undefined) return;
  const answer = await context.ask.text({ label: 'time range: ', text: view.session.range?.source ?? '' });
  if (answer === undefined) return;
  view.session.setRange(parseTimeRange(answer, Date.now()));
  view.session.open();
  updateView(context.store, isLogsView, (logs) => ({
    ...logs,
    anchor: undefined,
    timestamps: answer.trim() !== '' || logs.timestamps,
  }));
}

export function toggleLogWrap({ store }: AppContext): void {
  updateView(store, isLogsView, (view) => ({ ...view, wrap: !view.wrap, left: 0 }));
}

export function toggleTimestamps({ store }: AppContext): void {
  updateView(store, isLogsView, (view) => ({ ...view, timestamps: !view.timestamps }));
}

const sideStep = 8;

export function moveLogsSideways({ store }: AppContext, direction: 1 | -1): void {
  updateView(store, isLogsView, (view) =>
    view.wrap ? view : { ...view, left: Math.max(0, view.left + direction * sideStep) },
  );
}
