import type { ExperimentStatus, ProcessStatus } from '../../../engine/contract/status.ts';
import type { ProcessRow } from '../../views/processes/process-tree.ts';
import type { AppContext } from '../context/context.ts';
import { cancelActivity } from '../dialogs/notify.ts';
import { listContent } from '../frame/list-content.ts';
import type { Column } from '../lists/column.ts';
import { cursorIndex, type Movement, moveCursor, scrollList, selectIndex, toggleMark } from '../lists/cursor.ts';
import type { ListState, Sort } from '../lists/list-state.ts';
import { nextSort } from '../lists/sort.ts';
import { listHeight } from '../store/layout.ts';
import { experimentRows, listRows, processRows } from '../store/selection.ts';
import { type AppState, topView } from '../store/state.ts';
import { isListView, type ListView, popView, updateList, updateView } from '../store/view-updates.ts';

export function moveInList(context: AppContext, view: ListView, movement: Movement): void {
  const state = context.store.getState();
  const { ids } = listRows(state, view);
  updateList(context.store, (list) => moveCursor(list, ids, movement, listHeight(state.size)));
}

export function scrollInList(context: AppContext, view: ListView, rows: number): void {
  const state = context.store.getState();
  const { ids } = listRows(state, view);
  updateList(context.store, (list) => scrollList(list, ids, rows, listHeight(state.size)));
}

export function selectRow(context: AppContext, view: ListView, index: number): void {
  const state = context.store.getState();
  const { ids } = listRows(state, view);
  updateList(context.store, (list) => selectIndex(list, ids, index, listHeight(state.size)));
}

export async function filterList({ store, ask }: AppContext): Promise<void> {
  const view = topView(store.getState());
  if (!isListView(view)) return;
  const set = (filter: string) => {
    updateList(store, (list) => ({ ...list, filter, cursorIndex: 0, top: 0 }));
    selectFound(store);
  };
  const before = view.list.filter === '' ? [] : [view.list.filter];
  // The filter is applied while it is typed: when the answer arrives, later keys may already have opened another view.
  await ask.text({ label: '/', history: before, changed: set });
}

/** Puts the cursor on the row whose name equals the filter, or else on the first match. Group headings do not count. */
function selectFound(store: AppContext['store']): void {
  const state = store.getState();
  const view = topView(state);
  if (!isListView(view) || view.list.filter === '') return;
  const { ids } = listRows(state, view);
  const names = view.kind === 'processes' ? processRows(state, view).rows.map(processName) : ids;
  const exact = names.indexOf(view.list.filter);
  const found = exact >= 0 ? exact : names.findIndex((name) => name !== undefined);
  if (found >= 0) updateList(store, (list) => selectIndex(list, ids, found, listHeight(state.size)));
}

function processName(row: ProcessRow): string | undefined {
  return row.kind === 'process' ? row.process.name : undefined;
}

type SortColumn = Pick<Column<never, never>, 'id' | 'alignment' | 'sortValue'>;

export function columnsOf(state: AppState, view: ListView): readonly SortColumn[] {
  return listContent(state, view).columns;
}

export function sortList({ store }: AppContext): void {
  const state = store.getState();
  const view = topView(state);
  if (!isListView(view)) return;
  updateList(store, (list) => sorted(list, nextSort(columnsOf(state, view) as never, list.sort)));
}

/** Sorts by a column, or reverses the order if the list is already sorted by it. */
export function sortByColumn({ store }: AppContext, column: string, isNumber: boolean): void {
  updateList(store, (list) => {
    const descending = list.sort?.column === column ? !list.sort.descending : isNumber;
    return sorted(list, { column, descending });
  });
}

/** Sorting resets the cursor to the top, which shows the rows that the order puts first. */
function sorted(list: ListState, sort: Sort | null): ListState {
  return { ...list, sort, cursor: null, cursorIndex: 0, top: 0 };
}

export function reverseSort({ store }: AppContext): void {
  updateList(store, (list) =>
    list.sort === null ? list : sorted(list, { ...list.sort, descending: !list.sort.descending }),
  );
}

export function markRow(context: AppContext): void {
  const { store } = context;
  const state = store.getState();
  const view = topView(state);
  if (view.kind !== 'experiments' && view.kind !== 'processes') return;
  const { ids } = listRows(state, view);
  const index = cursorIndex(view.list, ids);
  const marks = idsToMark(state, view, index);
  updateList(store, (list) => {
    const allMarked = marks.every((id) => list.marked.has(id));
    const changed = marks
      .filter((id) => allMarked || !list.marked.has(id))
      .reduce((next, id) => toggleMark(next, id), list);
    return moveCursor(selectIndex(changed, ids, index, listHeight(state.size)), ids, 'down', listHeight(state.size));
  });
}

/** The ids that marking a row affects: a group's row stands for its processes. */
function idsToMark(state: AppState, view: ListView, index: number): string[] {
  if (view.kind === 'processes') {
    const row = processRows(state, view).rows[index];
    if (row === undefined) return [];
    return row.kind === 'process' ? [row.id] : row.members.map(({ name }) => `${row.group}/${name}`);
  }
  const id = listRows(state, view).ids[index];
  return id === undefined ? [] : [id];
}

export function markAll({ store }: AppContext): void {
  const state = store.getState();
  const view = topView(state);
  if (view.kind !== 'experiments' && view.kind !== 'processes') return;
  const { ids } = listRows(state, view);
  const marked = view.kind === 'experiments' ? ids : ids.flatMap((_, index) => idsToMark(state, view, index));
  updateList(store, (list) => ({ ...list, marked: new Set(marked) }));
}

export function clearMarks({ store }: AppContext): void {
  updateList(store, (list) => ({ ...list, marked: new Set() }));
}

/** Jumps to the next row that needs attention, and wraps around. Expands collapsed groups first. */
export function nextFailed(context: AppContext): void {
  const { store, notify } = context;
  const opened = topView(store.getState());
  if (opened.kind === 'processes' && opened.collapsed.size > 0) {
    updateView(store, 'processes', (view) => ({ ...view, collapsed: new Set() }));
  }
  const state = store.getState();
  const view = topView(state);
  if (view.kind !== 'experiments' && view.kind !== 'processes') return;
  const failed =
    view.kind === 'experiments'
      ? experimentRows(state, view).rows.map(({ state, processes }) => needsAttention(state) || processes.failed > 0)
      : processRows(state, view).rows.map(
          (row) => row.kind === 'process' && (needsAttention(row.process.state) || row.process.blocked === true),
        );
  const { ids } = listRows(state, view);
  const now = cursorIndex(view.list, ids);
  const order = [...failed.keys()].map((offset) => (now + 1 + offset) % failed.length);
  const next = order.find((index) => failed[index]);
  if (next === undefined) notify.info('Nothing failed, and nothing waits for a restart.');
  else selectRow(context, view, next);
}

function needsAttention(state: ProcessStatus['state'] | ExperimentStatus['state']): boolean {
  return ['failed', 'lost', 'backoff', 'degraded'].includes(state);
}

/** Ends the first of these that exists: a running activity, shown problems, the search or filter, the marks, the view. */
export function goBack({ store, notify }: AppContext): void {
  const { toasts } = store.getState();
  const view = topView(store.getState());
  if (cancelActivity(store)) return;
  if (toasts.some(({ kind }) => kind === 'error' || kind === 'warning')) notify.dismiss();
  else if (isListView(view) && view.list.filter !== '') updateList(store, (list) => ({ ...list, filter: '' }));
  else if (isListView(view) && view.list.marked.size > 0) updateList(store, (list) => ({ ...list, marked: new Set() }));
  else if (view.kind === 'logs' && view.session.search !== undefined) {
    view.session.setSearch(undefined);
    updateView(store, 'logs', (logs) => ({ ...logs, match: undefined }));
  } else if (view.kind === 'logs' && view.session.filter !== undefined) {
    view.session.setFilter(undefined);
    updateView(store, 'logs', (logs) => ({ ...logs }));
  } else if (view.kind === 'logs' && view.session.range !== undefined) {
    view.session.setRange(undefined);
    view.session.open();
    updateView(store, 'logs', (logs) => ({ ...logs, anchor: undefined }));
  } else if ((view.kind === 'text' || view.kind === 'process') && view.scroll.search !== undefined) {
    const scroll = { ...view.scroll, search: undefined, match: undefined };
    updateView(store, view.kind, (text) => ({ ...text, scroll }));
  } else popView(store);
}

export function setCollapsed({ store }: AppContext, collapse: boolean): void {
  const state = store.getState();
  const view = topView(state);
  if (view.kind !== 'processes') return;
  const { rows, ids } = processRows(state, view);
  const row = rows[cursorIndex(view.list, ids)];
  const group = row?.kind === 'group' ? row.group : row?.process.group;
  if (group === undefined || group === null) return;
  updateView(store, 'processes', (processes) => {
    const collapsed = new Set(processes.collapsed);
    if (collapse) collapsed.add(group);
    else collapsed.delete(group);
    const list = collapse ? { ...processes.list, cursor: `${group}/` } : processes.list;
    return { ...processes, collapsed, list };
  });
}
