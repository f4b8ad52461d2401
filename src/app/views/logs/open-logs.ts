import { SymphonyError } from '../../../engine/contract/errors.ts';
import {
  formatProcess,
  type ProcessReference,
  type ProcessStatus,
  sameProcess,
} from '../../../engine/contract/status.ts';
import type { LogRequest } from '../../actions/command/plan-command.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments, chosenProcesses, processRows, selectedRow } from '../../shell/store/selection.ts';
import { type AppState, topView } from '../../shell/store/state.ts';
import { popView, pushView } from '../../shell/store/view-updates.ts';
import { parsePattern } from '../../shell/text/pattern.ts';
import { LogSession, type LogSource } from './reading/log-session.ts';

/** Opens the logs of what is selected or marked: an experiment, a group, processes. */
export function openLogs(context: AppContext): void {
  openChosenLogs(context, false);
}

/** Opens the logs of the previous run; from those, the logs of the current run. */
export function openPreviousLogs(context: AppContext): void {
  const view = topView(context.store.getState());
  if (view.kind !== 'logs') {
    openChosenLogs(context, true);
    return;
  }
  const { source } = view.session;
  const previous = !source.previous;
  if (previous) requirePreviousRun(context.store.getState(), source);
  popView(context.store);
  showLogs(context, { ...source, previous }, view.name);
}

function openChosenLogs(context: AppContext, previous: boolean): void {
  const state = context.store.getState();
  const view = topView(state);
  const [experiment] = chosenExperiments(state);
  if (experiment === undefined) return;
  if (view.kind === 'experiments' || view.kind === 'services') {
    openAllLogs(context, previous);
    return;
  }
  const processes = chosenProcesses(state);
  if (processes.length === 0) return;
  const row = view.kind === 'processes' ? selectedRow(processRows(state, view), view) : undefined;
  const isGroup = view.kind === 'processes' && view.list.marked.size === 0 && row?.kind === 'group';
  showLogs(context, { experiment, processes, previous }, isGroup && row.kind === 'group' ? row.group : undefined);
}

/** Opens the logs of every process of the experiment. */
export function openAllLogs(context: AppContext, previous = false): void {
  const state = context.store.getState();
  const [experiment] = chosenExperiments(state);
  if (experiment === undefined) return;
  const processes = state.model.get(experiment)?.processes ?? [];
  showLogs(context, { experiment, processes, previous }, processes.length === 1 ? undefined : 'all');
}

/** Opens logs with the arguments of a `:logs` command. */
export function openRequestedLogs(
  context: AppContext,
  experiment: string,
  processes: readonly ProcessStatus[],
  request: LogRequest,
): void {
  const { previous, all, tail, since, filter, timestamps } = request;
  const name = request.targets.length === 0 && processes.length > 1 ? 'all' : undefined;
  const source = { experiment, processes, previous, all, ...(tail === undefined ? {} : { tail }) };
  showLogs(context, source, name, { timestamps: timestamps || since !== undefined }, (session) => {
    if (since !== undefined) {
      session.setRange({ source: since.toTimeString().slice(0, 8), from: since.getTime() });
    }
    if (filter !== undefined) session.setFilter(parsePattern(filter));
  });
}

/**
 * @param name a name for all the processes together, such as their group
 * @param prepare called before reading begins
 */
function showLogs(
  context: AppContext,
  source: Omit<LogSource, 'cluster'>,
  name?: string,
  options: { readonly timestamps: boolean } = { timestamps: false },
  prepare: (session: LogSession) => void = () => {},
): void {
  const state = context.store.getState();
  const { cluster } = state;
  if (cluster === undefined) throw new SymphonyError('backend-unavailable', 'No cluster is open.');
  if (source.previous) requirePreviousRun(state, source);
  const processes = source.processes.map(({ group, name }) => ({ group, name }));
  const session = new LogSession({ ...source, cluster, processes }, () => context.requestFrame());
  pushView(context.store, {
    kind: 'logs',
    experiment: source.experiment,
    title: source.previous ? `${describe(processes, name)}, previous run` : describe(processes, name),
    name,
    session,
    anchor: undefined,
    wrap: true,
    ...options,
    left: 0,
    match: undefined,
  });
  prepare(session);
  session.open();
}

function describe(processes: readonly ProcessReference[], name: string | undefined): string {
  const [first] = processes;
  return (
    name ?? (processes.length === 1 && first !== undefined ? formatProcess(first) : `${processes.length} processes`)
  );
}

/** @throws SymphonyError `not-found` if none of the processes was ever restarted */
function requirePreviousRun({ model }: AppState, { experiment, processes }: Omit<LogSource, 'cluster'>): void {
  const known = model.get(experiment)?.processes ?? [];
  const meant = known.filter((status) => processes.some((reference) => sameProcess(reference, status)));
  if (meant.some(({ restarts }) => restarts > 0)) return;
  const [only] = meant;
  const subject = meant.length === 1 && only !== undefined ? formatProcess(only) : 'None of these processes';
  throw new SymphonyError('not-found', `${subject} has ${meant.length === 1 ? 'no' : 'a'} previous run.`);
}
