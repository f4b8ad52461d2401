import type { HistoryEntry } from '../../../engine/history/history-entry.ts';
import { formatAge } from '../../../engine/text/durations.ts';
import type { AppContext } from '../../shell/context/context.ts';
import type { Binding } from '../../shell/keys/binding.ts';
import { listKind } from '../../shell/list-view/list-kind.ts';
import { selectedRow } from '../../shell/list-view/list-rows.ts';
import { filterItems } from '../../shell/lists/filter.ts';
import { sortRows } from '../../shell/lists/sort.ts';
import type { AppState } from '../../shell/store/state.ts';
import { historyColumns } from './history-columns.ts';
import type { HistoryView } from './history-view.ts';
import { openHistory } from './open-history.ts';
import { describePast, removePast, restorePast, showPastLogs } from './past-actions.ts';

/** Keys of views that show past experiments. */
const pastBindings: readonly Binding[] = [
  { action: 'logs', keys: ['l'], contexts: ['past'], label: 'logs', help: 'What its processes wrote', footer: 2 },
  {
    action: 'restore',
    keys: ['R'],
    contexts: ['past'],
    label: 'restore',
    help: 'Launch it anew: shows the plan first',
    footer: 3,
  },
];

export const historyKind = listKind<HistoryView, HistoryEntry, number>({
  kind: 'history',
  title: 'History',
  contexts: ['history', 'past', 'marks'],
  bindings: [
    {
      action: 'history',
      keys: ['H'],
      contexts: ['experiments'],
      label: 'history',
      help: 'Experiments that were deleted or replaced',
      footer: 12,
    },
    { action: 'describe', keys: ['d'], contexts: ['history'], label: 'describe', help: 'Show what is kept of it' },
    {
      action: 'remove',
      keys: ['ctrl-d'],
      contexts: ['history'],
      label: 'remove',
      help: 'Remove the selected or marked ones from the history; asks first',
      footer: 5,
    },
    ...pastBindings,
  ],
  path: () => ['history'],
  rows: (state, view) => rowsOf(state, view),
  columns: () => historyColumns,
  context: ({ now }) => now,
  empty: ({ entries }) => (entries === undefined ? 'Reading the history …' : 'The history is empty.'),
  marks: ({ name }) => [name],
  time: ({ deletedAt }, now) => formatAge(deletedAt, now),
  targets: () => ({ selections: [] }),
  open: (context, _view, row) => (row === undefined ? undefined : describePast(context, row.name)),
  actions: {
    describe: (context, view) => withSelected(context, view, ({ name }) => describePast(context, name)),
    logs: (context, view) => withSelected(context, view, ({ name }) => showPastLogs(context, name)),
    restore: (context, view) => withSelected(context, view, (entry) => restorePast(context, entry)),
    remove(context, view) {
      const { rows } = rowsOf(context.store.getState(), view);
      const marked = rows.filter(({ name }) => view.list.marked.has(name));
      if (marked.length > 0) return removePast(context, marked);
      return withSelected(context, view, (entry) => removePast(context, [entry]));
    },
  },
  offers: { history: openHistory },
});

function rowsOf({ now }: AppState, { entries = [], list }: HistoryView) {
  const kept = filterItems(entries, list.filter, ({ name }) => name);
  const rows = sortRows(kept, historyColumns, list.sort, now);
  return { rows, ids: rows.map(({ name }) => name), shown: rows.length, total: entries.length };
}

async function withSelected(
  { store }: AppContext,
  view: HistoryView,
  act: (entry: HistoryEntry) => Promise<void>,
): Promise<void> {
  const row = selectedRow(rowsOf(store.getState(), view), view);
  if (row !== undefined) await act(row);
}
