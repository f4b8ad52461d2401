import { specToYaml } from '../../../engine/spec/print-spec.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { emptyList } from '../../shell/lists/list-state.ts';
import { chosenExperiments, chosenProcess } from '../../shell/store/selection.ts';
import { topView } from '../../shell/store/state.ts';
import { startOfText } from '../../shell/store/view-state.ts';
import { pushView } from '../../shell/store/view-updates.ts';
import { highlightYaml } from '../../shell/text-view/yaml-document.ts';
import { experimentDocument } from '../../views/description/experiment-document.ts';
import { buildServiceRows } from '../../views/services/service-rows.ts';
import { openProcess } from '../open.ts';

/** Shows all details of the selected process, or else of the experiment. */
export async function describe(context: AppContext): Promise<void> {
  const { store } = context;
  const state = store.getState();
  const view = topView(state);
  const [experiment] = chosenExperiments(state);
  if (experiment === undefined) return;
  const status = view.kind === 'processes' ? chosenProcess(state) : undefined;
  if (status !== undefined) await openProcess(context, experiment, status);
  else await describeExperiment(context, experiment);
}

async function describeExperiment({ store, notify }: AppContext, name: string): Promise<void> {
  const { cluster, theme } = store.getState();
  if (cluster === undefined) return;
  const found = await notify.during(`loading ${name}`, () =>
    Promise.all([cluster.describeExperiment(name), cluster.capabilities.events?.events(name) ?? []]),
  );
  if (found === undefined) return;
  const [description, events] = found;
  const lines = experimentDocument(description, events, Date.now(), theme);
  pushView(store, { kind: 'text', title: 'description', experiment: name, lines, scroll: startOfText });
}

/** Shows the spec that the experiment was launched with. */
export async function showSpec({ store, notify }: AppContext): Promise<void> {
  const { cluster, theme } = store.getState();
  const [name] = chosenExperiments(store.getState());
  if (cluster === undefined || name === undefined) return;
  const spec = await notify.during(`loading ${name}`, () => cluster.spec(name));
  if (spec === undefined) return;
  const lines = highlightYaml(await specToYaml(spec), theme);
  pushView(store, { kind: 'text', title: 'spec', experiment: name, lines, scroll: startOfText });
}

export async function openServices({ store, notify }: AppContext): Promise<void> {
  const { cluster } = store.getState();
  const [experiment] = chosenExperiments(store.getState());
  if (cluster === undefined || experiment === undefined) return;
  const found = await notify.during(`loading ${experiment}`, () => cluster.describeExperiment(experiment));
  if (found === undefined) return;
  const { services, members } = found;
  pushView(store, { kind: 'services', experiment, rows: buildServiceRows(services, members), list: emptyList });
}
