import type { StoreApi } from 'zustand/vanilla';
import { cursorIndex } from '../lists/cursor.ts';
import { moveWindow } from '../lists/window.ts';
import { formatDuration, secondsSince } from '../status/duration.ts';
import { processReason, stateAge } from '../status/process-reason.ts';
import { listHeight } from '../store/layout.ts';
import { experimentRows, processRows } from '../store/selection.ts';
import { type AppState, topView } from '../store/state.ts';

/**
 * Updates ages. Checks once a second whether any text on the screen that depends on the time would change, and only then
 * changes the time in the state, which renders a frame.
 * @returns stops the clock
 */
export function startClock(store: StoreApi<AppState>): () => void {
  const timer = setInterval(() => {
    const state = store.getState();
    const now = Date.now();
    if (visibleTimes(state, now) !== visibleTimes(state, state.now)) store.setState({ now });
  }, 1000);
  return () => clearInterval(timer);
}

/** All texts on the screen that depend on the time. */
function visibleTimes(state: AppState, now: number): string {
  const view = topView(state);
  if (view.kind === 'experiments') {
    const { rows, ids } = experimentRows(state, view);
    return visible(state, view.list.top, cursorIndex(view.list, ids), rows)
      .map(({ createdAt }) => formatDuration(secondsSince(createdAt, now)))
      .join();
  }
  if (view.kind === 'processes') {
    const { rows, ids } = processRows(state, view);
    return visible(state, view.list.top, cursorIndex(view.list, ids), rows)
      .map((row) =>
        row.kind === 'group' ? '' : `${formatDuration(stateAge(row.process, now))}${processReason(row.process, now)}`,
      )
      .join();
  }
  if (view.kind === 'process') {
    const { group, name } = view.process;
    const processes = state.model.get(view.experiment)?.processes ?? [];
    const status = processes.find((candidate) => candidate.group === group && candidate.name === name);
    return status === undefined ? '' : `${formatDuration(stateAge(status, now))}${processReason(status, now)}`;
  }
  return '';
}

function visible<Row>(state: AppState, top: number, cursor: number, rows: readonly Row[]): readonly Row[] {
  const window = moveWindow(top, cursor, rows.length, listHeight(state.size));
  return rows.slice(window.top, window.end);
}
