import { SymphonyError } from '../../engine/errors.ts';
import { formatProcess, type ProcessReference } from '../../engine/status.ts';
import { LogSession } from '../logs/log-session.ts';
import type { AppContext } from '../store/context.ts';
import { chosenExperiments, chosenProcesses, processRows, selectedRow } from '../store/selection.ts';
import { topView } from '../store/state.ts';
import { pushView } from '../store/view-updates.ts';

/** Logs of what is selected or marked: of an experiment, of a group, of processes. */
export function openLogs(context: AppContext, previous = false): void {
  const state = context.store.getState();
  const view = topView(state);
  if (view.kind === 'logs') {
    const { experiment, processes } = view.session.source;
    showLogs(context, experiment, processes, previous);
    return;
  }
  const [experiment] = chosenExperiments(state);
  if (experiment === undefined) return;
  if (view.kind === 'experiments' || view.kind === 'services') {
    openAllLogs(context, previous);
    return;
  }
  const chosen = chosenProcesses(state);
  if (chosen.length === 0) return;
  const row = view.kind === 'processes' ? selectedRow(processRows(state, view), view) : undefined;
  const isGroup = view.kind === 'processes' && view.list.marked.size === 0 && row?.kind === 'group';
  showLogs(context, experiment, chosen, previous, isGroup && row.kind === 'group' ? row.group : undefined);
}

/** Logs of every process of the experiment. */
export function openAllLogs(context: AppContext, previous = false): void {
  const state = context.store.getState();
  const [experiment] = chosenExperiments(state);
  if (experiment === undefined) return;
  const processes = state.model.get(experiment)?.processes ?? [];
  showLogs(context, experiment, processes, previous, processes.length === 1 ? undefined : 'all');
}

/** @param name what they are called together */
export function showLogs(
  context: AppContext,
  experiment: string,
  processes: readonly ProcessReference[],
  previous: boolean,
  name?: string,
): void {
  const { cluster } = context.store.getState();
  if (cluster === undefined) throw new SymphonyError('backend-unavailable', 'No cluster is open.');
  const references = processes.map(({ group, name }) => ({ group, name }));
  const session = new LogSession({ cluster, experiment, processes: references, previous }, () => context.touch());
  const [first] = references;
  const what =
    name ?? (references.length === 1 && first !== undefined ? formatProcess(first) : `${references.length} processes`);
  pushView(context.store, {
    kind: 'logs',
    experiment,
    title: previous ? `${what}, previous run` : what,
    session,
    anchor: undefined,
    wrap: true,
    timestamps: false,
    left: 0,
    match: undefined,
  });
  session.open();
}
