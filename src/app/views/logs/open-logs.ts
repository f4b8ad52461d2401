import { SymphonyError } from '../../../engine/contract/errors.ts';
import {
  formatProcess,
  type ProcessReference,
  type ProcessStatus,
  sameProcess,
} from '../../../engine/contract/status.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments, currentTargets, requireCluster } from '../../shell/context/targets.ts';
import type { AppState } from '../../shell/store/state.ts';
import { popView, pushView } from '../../shell/store/view-updates.ts';
import { parsePattern } from '../../shell/text/pattern.ts';
import type { LogRequest } from './log-request.ts';
import type { LogsView } from './logs-view.ts';
import { LogSession, type LogSource } from './reading/log-session.ts';

/** Opens the logs of what is selected or marked: an experiment, a group, processes. */
export function openLogs(context: AppContext): void {
  openChosenLogs(context, false);
}

/** Opens the logs of the previous run of what is selected or marked. */
export function openPreviousLogs(context: AppContext): void {
  openChosenLogs(context, true);
}

/** Replaces the logs of the current run by those of the previous run, and the other way round. */
export function toggleRun(context: AppContext, { session, name }: LogsView): void {
  const { source } = session;
  const previous = !source.previous;
  if (previous) requirePreviousRun(context.store.getState(), source);
  popView(context.store);
  showLogsOf(context, { ...source, previous }, name);
}

function openChosenLogs(context: AppContext, previous: boolean): void {
  const { selections, name } = currentTargets(context);
  const [selection] = selections;
  // A name without processes is an experiment that has none yet.
  if (selection === undefined || (selection.processes.length === 0 && name === undefined)) return;
  showLogs(context, { ...selection, previous }, name);
}

/** Opens the logs of every process of the experiment. */
export function openAllLogs(context: AppContext): void {
  const [experiment] = chosenExperiments(context);
  if (experiment === undefined) return;
  const processes = context.store.getState().model.get(experiment)?.processes ?? [];
  showLogs(context, { experiment, processes, previous: false }, processes.length === 1 ? undefined : 'all');
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
  showLogsOf(context, { ...source, cluster: requireCluster(context) }, name, options, prepare);
}

/** Opens logs of a cluster, or of the history. Parameters as for `showLogs`. */
export function showLogsOf(
  context: AppContext,
  source: LogSource,
  name?: string,
  options: { readonly timestamps: boolean } = { timestamps: false },
  prepare: (session: LogSession) => void = () => {},
): void {
  if (source.previous) requirePreviousRun(context.store.getState(), source);
  const processes = source.processes.map(({ group, name }) => ({ group, name }));
  const session = new LogSession({ ...source, processes }, () => context.requestFrame());
  pushView<LogsView>(context.store, {
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
function requirePreviousRun({ model }: AppState, { experiment, processes, past }: Omit<LogSource, 'cluster'>): void {
  const known = past ?? model.get(experiment)?.processes ?? [];
  const meant = known.filter((status) => processes.some((reference) => sameProcess(reference, status)));
  if (meant.some(({ restarts }) => restarts > 0)) return;
  const [only] = meant;
  const subject = meant.length === 1 && only !== undefined ? formatProcess(only) : 'None of these processes';
  throw new SymphonyError('not-found', `${subject} has ${meant.length === 1 ? 'no' : 'a'} previous run.`);
}
