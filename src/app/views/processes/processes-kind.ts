import { formatProcess, type ProcessStatus } from '../../../engine/contract/status.ts';
import { formatDuration } from '../../../engine/text/durations.ts';
import { stateReason } from '../../../engine/text/format-state.ts';
import type { AppContext, Targets } from '../../shell/context/context.ts';
import { listKind, selectNext } from '../../shell/list-view/list-kind.ts';
import { selectedRow } from '../../shell/list-view/list-rows.ts';
import { experimentName } from '../../shell/status/place.ts';
import { stateAge } from '../../shell/status/state-age.ts';
import { type AppState, topView } from '../../shell/store/state.ts';
import { updateView } from '../../shell/store/view-updates.ts';
import { paint } from '../../shell/theme/theme.ts';
import { openProcess } from '../process/open-process.ts';
import { measuresGpus, type ProcessContext, processColumnsOf } from './process-columns.ts';
import { processContext, processRows } from './process-rows.ts';
import { groupRowId, type ProcessRow, rowProcesses } from './process-tree.ts';
import { isProcessesView, type ProcessesView } from './processes-view.ts';
import { switchExperiment } from './switch-experiment.ts';

const attentionStates: readonly ProcessStatus['state'][] = ['failed', 'lost', 'backoff'];

export const processesKind = listKind<ProcessesView, ProcessRow, ProcessContext>({
  kind: 'processes',
  title: 'Processes',
  contexts: ['processes', 'on-experiment', 'on-process', 'marks'],
  path: (state, view) => [experimentName(state, view.experiment)],
  rows: processRows,
  columns: ({ cluster, measurements }) =>
    processColumnsOf({
      measures: cluster?.capabilities.metrics !== undefined,
      hasGpus: measuresGpus(measurements),
    }),
  context: processContext,
  empty: () => 'The experiment no longer has processes.',
  showsMetrics: true,
  nameOf: (row) => (row.kind === 'process' ? row.process.name : undefined),
  // A group's row stands for its processes.
  marks: (row) => rowProcesses(row).map(formatProcess),
  time: (row, now) =>
    row.kind === 'group' ? '' : `${formatDuration(stateAge(row.process, now))}${stateReason(row.process, now)}`,
  about(state, row) {
    if (row.kind === 'group') return '';
    const reason = stateReason(row.process, state.now);
    return reason === '' ? '' : paint(state.theme, 'dim', `${formatProcess(row.process)}: `) + reason;
  },
  targets,
  async open(context, view, row) {
    if (row?.kind === 'group') setCollapsed(context, view, !row.collapsed);
    else if (row !== undefined) await openProcess(context, view.experiment, row.process);
  },
  actions: {
    async describe(context, view) {
      const { process: selected } = targets(context.store.getState(), view);
      if (selected === undefined) await context.actions.describe?.(context);
      else await openProcess(context, view.experiment, selected);
    },
    'switch-experiment': switchExperiment,
    'next-failed': nextFailed,
    expand: (context, view) => setCollapsed(context, view, false),
    collapse: (context, view) => setCollapsed(context, view, true),
  },
  bindings: [
    {
      action: 'expand',
      keys: ['right'],
      contexts: ['processes'],
      label: 'expand',
      help: 'Show the processes of a group',
    },
    {
      action: 'collapse',
      keys: ['left'],
      contexts: ['processes'],
      label: 'collapse',
      help: 'Hide the processes of a group',
    },
  ],
});

/** The marked processes, or else those of the selected row. */
function targets(state: AppState, view: ProcessesView): Targets {
  const { experiment, list } = view;
  const all = state.model.get(experiment)?.processes ?? [];
  const row = selectedRow(processRows(state, view), view);
  const single = row?.kind === 'process' ? { process: row.process } : {};
  if (list.marked.size > 0) {
    const processes = all.filter((status) => list.marked.has(formatProcess(status)));
    return { selections: [{ experiment, processes }], ...single };
  }
  const selections = [{ experiment, processes: row === undefined ? [] : rowProcesses(row) }];
  return { selections, ...single, ...(row?.kind === 'group' ? { name: row.group } : {}) };
}

/** Jumps to the next process that needs attention. Expands collapsed groups first. */
function nextFailed(context: AppContext): void {
  const { store, notify } = context;
  updateView(store, isProcessesView, (view) =>
    view.collapsed.size === 0 ? view : { ...view, collapsed: new Set<string>() },
  );
  const state = store.getState();
  const view = topView(state);
  if (!isProcessesView(view)) return;
  const needsAttention = (row: ProcessRow) =>
    row.kind === 'process' && (attentionStates.includes(row.process.state) || row.process.blocked === true);
  if (!selectNext(context, processRows(state, view), view, needsAttention)) {
    notify.info('Nothing failed, and nothing waits for a restart.');
  }
}

/** Hides the processes of the selected group, or shows them. */
function setCollapsed({ store }: AppContext, view: ProcessesView, collapse: boolean): void {
  const row = selectedRow(processRows(store.getState(), view), view);
  const group = row?.kind === 'group' ? row.group : row?.process.group;
  if (group === undefined || group === null) return;
  updateView(store, isProcessesView, (processes) => {
    const collapsed = new Set(processes.collapsed);
    if (collapse) collapsed.add(group);
    else collapsed.delete(group);
    const list = collapse ? { ...processes.list, cursor: groupRowId(group) } : processes.list;
    return { ...processes, collapsed, list };
  });
}
