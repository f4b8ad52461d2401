import type { Cluster } from '../../engine/client/cluster.ts';
import type { ProcessReference } from '../../engine/contract/status.ts';
import type { AppContext } from '../shell/context/context.ts';
import { setCollapsed } from '../shell/list-view/list-actions.ts';
import {
  backendRows,
  experimentRows,
  fileRows,
  processRows,
  selectedRow,
  serviceRows,
} from '../shell/store/selection.ts';
import { topView } from '../shell/store/state.ts';
import { startOfText } from '../shell/store/view-state.ts';
import { pushView, replaceView } from '../shell/store/view-updates.ts';
import { changeBackend } from '../views/backends/open-backends.ts';
import { openExperiment } from '../views/processes/open-experiment.ts';
import { visitService } from '../views/services/visit.ts';
import { openFiles, previewFile } from './launch.ts';

/** Opens the selected row of a list. */
export async function openSelected(context: AppContext): Promise<void> {
  const state = context.store.getState();
  const view = topView(state);
  if (view.kind === 'experiments') {
    const row = selectedRow(experimentRows(state, view), view);
    if (row !== undefined) openExperiment(context, row.name);
    else if (state.model.size === 0) await openFiles(context);
  } else if (view.kind === 'processes') {
    const row = selectedRow(processRows(state, view), view);
    if (row?.kind === 'group') setCollapsed(context, !row.collapsed);
    else if (row !== undefined) await openProcess(context, view.experiment, row.process);
  } else if (view.kind === 'services') {
    const row = selectedRow(serviceRows(view), view);
    if (row !== undefined) await visitService(context, view.experiment, row.service.name);
  } else if (view.kind === 'backends') {
    const row = selectedRow(backendRows(state, view), view);
    if (row !== undefined) await changeBackend(context, row.name);
  } else if (view.kind === 'files') {
    const row = selectedRow(fileRows(view), view);
    if (row !== undefined) await previewFile(context, row.path);
  }
}

export async function openProcess(
  context: AppContext,
  experiment: string,
  { group, name }: ProcessReference,
): Promise<void> {
  const { store } = context;
  const reference = { group, name };
  pushView(store, { kind: 'process', experiment, process: reference, scroll: startOfText });
  const { cluster } = store.getState();
  if (cluster !== undefined) await loadDescription(context, cluster, experiment, reference);
}

/** Asks the cluster for what the watch does not contain, and adds it to the view if that is still open. */
async function loadDescription(
  { store }: AppContext,
  cluster: Cluster,
  experiment: string,
  { group, name }: ProcessReference,
): Promise<void> {
  const { members } = await cluster.describeExperiment(experiment);
  const description = members.find((member) => member.group === group && member.name === name);
  if (description === undefined) return;
  replaceView(store, (view) =>
    view.kind === 'process' &&
    view.experiment === experiment &&
    view.process.group === group &&
    view.process.name === name
      ? { ...view, description }
      : undefined,
  );
}
