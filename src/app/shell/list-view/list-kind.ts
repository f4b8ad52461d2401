import type { ReactNode } from 'react';
import type { AppContext, Targets, ViewAction, ViewKind } from '../context/context.ts';
import type { ActionName, Binding, KeyContext } from '../keys/binding.ts';
import { listSection } from '../keys/keymap.ts';
import type { Column } from '../lists/column.ts';
import { cursorIndex, moveCursor, scrollList, selectIndex } from '../lists/cursor.ts';
import { moveWindow } from '../lists/window.ts';
import { bodyHeight, listHeight } from '../store/layout.ts';
import type { AppState } from '../store/state.ts';
import type { ListView } from '../store/view.ts';
import { updateList } from '../store/view-updates.ts';
import { paint } from '../theme/theme.ts';
import { clearMarks, markAll, markRow } from './list-marks.ts';
import { filterList, reverseSort, sortList } from './list-order.ts';
import { type ListRows, selectedRow } from './list-rows.ts';
import { pressList } from './press-list.ts';
import { renderList } from './render-list.ts';

/** What makes one list different from others. `Context` is what cells depend on besides the row. */
export interface ListDefinition<Own extends ListView, Row, Context> {
  readonly kind: Own['kind'];
  /** The title of its own keys in help, and the contexts of these keys. */
  readonly title: string;
  readonly contexts: readonly KeyContext[];
  path(state: AppState, view: Own): readonly string[];
  rows(state: AppState, view: Own): ListRows<Row>;
  columns(state: AppState): readonly Column<Row, Context>[];
  context(state: AppState): Context;
  /** The text in place of rows if the list is empty without a filter. */
  empty(view: Own): string;
  /** What enter and a double click do. The row is undefined if the list is empty. */
  open(context: AppContext, view: Own, row: Row | undefined): void | Promise<void>;
  targets(state: AppState, view: Own): Targets;
  /** What a filter looks for first when it places the cursor; undefined for a heading. By default the id. */
  nameOf?(row: Row): string | undefined;
  /** The ids that marking a row affects. Absent if rows cannot be marked. */
  marks?(row: Row): readonly string[];
  /** The text of a row that depends on the time, if there is any. */
  time?(row: Row, now: number): string;
  /** The status line's text about the selected row. */
  about?(state: AppState, row: Row): string;
  /** The screen in place of the list; undefined for the list. */
  replacement?(state: AppState): readonly string[] | undefined;
  decorate?(state: AppState): ReactNode;
  readonly actions?: Readonly<Record<ActionName, ViewAction<Own>>>;
  readonly offers?: ViewKind<Own>['offers'];
  readonly bindings?: readonly Binding[];
  readonly showsMetrics?: boolean;
}

/** Makes a kind of view of a list: moving, filtering, sorting, marking, the mouse, and rendering. */
export function listKind<Own extends ListView, Row, Context>(
  definition: ListDefinition<Own, Row, Context>,
): ViewKind<Own> {
  const { rows: rowsOf, marks, time, about, decorate } = definition;
  const move =
    (movement: Parameters<typeof moveCursor>[2]): ViewAction<Own> =>
    ({ store }, view) => {
      const state = store.getState();
      const { ids } = rowsOf(state, view);
      updateList(store, (list) => moveCursor(list, ids, movement, listHeight(state.size)));
    };
  const content = (state: AppState, view: Own) => {
    const { rows, ids, total } = rowsOf(state, view);
    return {
      columns: definition.columns(state),
      rows,
      ids,
      list: view.list,
      context: definition.context(state),
      theme: state.theme,
      width: state.size.columns,
      height: bodyHeight(state.size),
      empty: total > 0 ? 'Nothing matches the filter.' : definition.empty(view),
    };
  };
  const marking: Readonly<Record<ActionName, ViewAction<Own>>> =
    marks === undefined
      ? {}
      : {
          mark: ({ store }, view) => markRow(store, rowsOf(store.getState(), view), view, marks),
          'mark-all': ({ store }, view) => markAll(store, rowsOf(store.getState(), view), marks),
          'clear-marks': ({ store }) => clearMarks(store),
        };
  return {
    kind: definition.kind,
    sections: [{ title: definition.title, contexts: definition.contexts }, listSection],
    bindings: definition.bindings ?? [],
    offers: definition.offers ?? {},
    showsMetrics: definition.showsMetrics ?? false,
    actions: {
      up: move('up'),
      down: move('down'),
      'page-up': move('page-up'),
      'page-down': move('page-down'),
      top: move('top'),
      bottom: move('bottom'),
      open: (context, view) =>
        definition.open(context, view, selectedRow(rowsOf(context.store.getState(), view), view)),
      filter: (context, view) => filterList(context, view, definition),
      sort: ({ store }) => sortList(store, definition.columns(store.getState())),
      reverse: ({ store }) => reverseSort(store),
      ...marking,
      ...definition.actions,
    },
    path: definition.path,
    targets: definition.targets,
    render: (state, view) => definition.replacement?.(state) ?? renderList(content(state, view)),
    ...(decorate === undefined ? {} : { decorate: (state: AppState) => decorate(state) }),
    status(state, view) {
      const { theme } = state;
      const found = rowsOf(state, view);
      const row = selectedRow(found, view);
      const { marked, filter } = view.list;
      const right = [
        marked.size === 0 ? '' : paint(theme, 'marked', `◆ ${marked.size} marked`),
        filter === ''
          ? ''
          : `${paint(theme, 'accent', `/${filter}`)} ${paint(theme, 'dim', `${found.shown} of ${found.total}`)}`,
      ];
      return {
        left: row === undefined || about === undefined ? '' : about(state, row),
        right: right.filter((part) => part !== '').join('  '),
      };
    },
    times(state, view, now) {
      if (time === undefined) return '';
      const { rows, ids } = rowsOf(state, view);
      const { list } = view;
      const window = moveWindow(list.top, cursorIndex(list, ids), rows.length, listHeight(state.size));
      return rows
        .slice(window.top, window.end)
        .map((row) => time(row, now))
        .join();
    },
    back({ store }, { list }) {
      if (list.filter !== '') updateList(store, (before) => ({ ...before, filter: '' }));
      else if (list.marked.size > 0) clearMarks(store);
      else return false;
      return true;
    },
    scroll({ store }, view, rows) {
      const state = store.getState();
      const { ids } = rowsOf(state, view);
      updateList(store, (list) => scrollList(list, ids, rows, listHeight(state.size)));
    },
    press: ({ store }, view, at) => pressList(store, content(store.getState(), view), at),
  };
}

/** Puts the cursor on a row. */
export function selectRow({ store }: AppContext, ids: readonly string[], index: number): void {
  const height = listHeight(store.getState().size);
  updateList(store, (list) => selectIndex(list, ids, index, height));
}

/** Puts the cursor on the next row for which `isWanted`, and wraps around. Returns false if there is none. */
export function selectNext<Row>(
  context: AppContext,
  { rows, ids }: ListRows<Row>,
  { list }: ListView,
  isWanted: (row: Row) => boolean,
): boolean {
  const now = cursorIndex(list, ids);
  const order = [...rows.keys()].map((offset) => (now + 1 + offset) % rows.length);
  const next = order.find((index) => {
    const row = rows[index];
    return row !== undefined && isWanted(row);
  });
  if (next !== undefined) selectRow(context, ids, next);
  return next !== undefined;
}
