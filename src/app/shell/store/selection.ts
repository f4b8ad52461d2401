import type { ExperimentStatus, ProcessStatus } from '../../../engine/contract/status.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { type ExperimentContext, experimentColumns } from '../../views/experiments/experiment-columns.ts';
import { type ProcessContext, processColumns } from '../../views/processes/process-columns.ts';
import { buildProcessTree, groupRowId, type ProcessRow, rowProcesses } from '../../views/processes/process-tree.ts';
import { type ServiceRow, serviceColumns } from '../../views/services/service-rows.ts';
import { cursorIndex } from '../lists/cursor.ts';
import { filterItems } from '../lists/filter.ts';
import type { Sort } from '../lists/list-state.ts';
import { sortRows } from '../lists/sort.ts';
import { memoizeLast } from './memoize-last.ts';
import type { AppState, BackendEntry } from './state.ts';
import type {
  BackendsView,
  ExperimentFile,
  ExperimentsView,
  FilesView,
  ProcessesView,
  ServicesView,
} from './view-state.ts';
import type { ListView } from './view-updates.ts';

/** The shown rows of a list: filtered and sorted, with their ids. */
export interface ListRows<Row> {
  readonly rows: readonly Row[];
  readonly ids: readonly string[];
  /** How many items are shown, and how many exist without the filter (`total`); headings do not count. */
  readonly shown: number;
  readonly total: number;
}

// A context stays the same object while its values stay the same, so that rows are not rebuilt needlessly.
const contextOfExperiments = memoizeLast(
  (now: number, current: string | null): ExperimentContext => ({ now, current }),
);
const contextOfProcesses = memoizeLast(
  (now: number, measurements: AppState['measurements']): ProcessContext => ({ now, measurements }),
);

export function experimentContext({ now, current }: AppState): ExperimentContext {
  return contextOfExperiments(now, current);
}

export function processContext({ now, measurements }: AppState): ProcessContext {
  return contextOfProcesses(now, measurements);
}

const rowsOfExperiments = memoizeLast(
  (
    model: AppState['model'],
    filter: string,
    sort: Sort | null,
    context: ExperimentContext,
  ): ListRows<ExperimentStatus> => {
    const all = [...model.values()].map(({ experiment }) => experiment);
    const newestFirst = all.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    const kept = filterItems(
      newestFirst,
      filter,
      ({ name }) => name,
      ({ state }) => state,
    );
    const rows = sortRows(kept, experimentColumns, sort, context);
    return { rows, ids: rows.map(({ name }) => name), shown: rows.length, total: all.length };
  },
);

export function experimentRows(state: AppState, { list }: ExperimentsView): ListRows<ExperimentStatus> {
  return rowsOfExperiments(state.model, list.filter, list.sort, experimentContext(state));
}

const rowsOfProcesses = memoizeLast(
  (
    processes: readonly ProcessStatus[],
    filter: string,
    sort: Sort | null,
    collapsed: ReadonlySet<string>,
    context: ProcessContext | undefined,
  ): ListRows<ProcessRow> => {
    const kept = filterItems(processes, filter, formatProcess, ({ state }) => state);
    const rows = sortTree(buildProcessTree(kept, collapsed), sort, context ?? { now: 0, measurements: new Map() });
    return { rows, ids: rows.map(({ id }) => id), shown: kept.length, total: processes.length };
  },
);

/** Sorts processes within their groups, and groups by the values of their headings. */
function sortTree(rows: readonly ProcessRow[], sort: Sort | null, context: ProcessContext): readonly ProcessRow[] {
  if (sort === null) return rows;
  const single = rows.filter((row) => row.kind === 'process' && row.process.group === null);
  const groups = rows.filter((row) => row.kind === 'group');
  return [
    ...sortRows(single, processColumns, sort, context),
    ...sortRows(groups, processColumns, sort, context).flatMap((group) => [
      group,
      ...sortRows(
        rows.filter((row) => row.kind === 'process' && groupRowId(row.process.group ?? '') === group.id),
        processColumns,
        sort,
        context,
      ),
    ]),
  ];
}

const noProcesses: readonly ProcessStatus[] = [];

export function processRows(state: AppState, view: ProcessesView): ListRows<ProcessRow> {
  const processes = state.model.get(view.experiment)?.processes ?? noProcesses;
  const { filter, sort } = view.list;
  // Without a sort the order does not depend on the time or on measurements.
  const context = sort === null ? undefined : processContext(state);
  return rowsOfProcesses(processes, filter, sort, view.collapsed, context);
}

export function serviceRows({ rows, list }: ServicesView): ListRows<ServiceRow> {
  const kept = filterItems(rows, list.filter, ({ service }) => service.name);
  const sorted = sortRows(kept, serviceColumns, list.sort, undefined);
  return { rows: sorted, ids: sorted.map(({ service }) => service.name), shown: sorted.length, total: rows.length };
}

export function backendRows(state: AppState, { list }: BackendsView): ListRows<BackendEntry> {
  const rows = filterItems(state.backends, list.filter, ({ name }) => name);
  return { rows, ids: rows.map(({ name }) => name), shown: rows.length, total: state.backends.length };
}

export function fileRows({ files, list }: FilesView): ListRows<ExperimentFile> {
  const rows = filterItems(files, list.filter, ({ path }) => path);
  return { rows, ids: rows.map(({ path }) => path), shown: rows.length, total: files.length };
}

export function listRows(state: AppState, view: ListView): ListRows<unknown> {
  switch (view.kind) {
    case 'experiments':
      return experimentRows(state, view);
    case 'processes':
      return processRows(state, view);
    case 'services':
      return serviceRows(view);
    case 'backends':
      return backendRows(state, view);
    case 'files':
      return fileRows(view);
  }
}

/** The row under the cursor. */
export function selectedRow<Row>(list: ListRows<Row>, view: ListView): Row | undefined {
  return list.rows[cursorIndex(view.list, list.ids)];
}

/** The experiments that an action applies to: the marked ones, or else the selected one or the one of the view. */
export function chosenExperiments(state: AppState): string[] {
  const view = state.views.at(-1);
  if (view === undefined) return [];
  if (view.kind === 'experiments') {
    const rows = experimentRows(state, view);
    const marked = [...view.list.marked].filter((name) => state.model.has(name));
    if (marked.length > 0) return marked;
    const selected = selectedRow(rows, view);
    return selected === undefined ? [] : [selected.name];
  }
  return 'experiment' in view && view.experiment !== undefined ? [view.experiment] : [];
}

/** The processes that an action applies to: the marked ones, or else those of the selected row or the one of the view. */
export function chosenProcesses(state: AppState): readonly ProcessStatus[] {
  const view = state.views.at(-1);
  if (view?.kind === 'process') {
    const { group, name } = view.process;
    const all = state.model.get(view.experiment)?.processes ?? [];
    return all.filter((status) => status.group === group && status.name === name);
  }
  if (view?.kind !== 'processes') return [];
  const processes = state.model.get(view.experiment)?.processes ?? [];
  if (view.list.marked.size > 0) {
    return processes.filter((status) => view.list.marked.has(formatProcess(status)));
  }
  const selected = selectedRow(processRows(state, view), view);
  return selected === undefined ? [] : rowProcesses(selected);
}

/** The process that an action on a single process applies to; undefined on a group. */
export function chosenProcess(state: AppState): ProcessStatus | undefined {
  const view = state.views.at(-1);
  if (view?.kind === 'processes') {
    const selected = selectedRow(processRows(state, view), view);
    return selected?.kind === 'process' ? selected.process : undefined;
  }
  return chosenProcesses(state)[0];
}
