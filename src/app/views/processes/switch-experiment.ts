import type { AppContext } from '../../shell/context/context.ts';
import { popView } from '../../shell/store/view-updates.ts';
import { openExperiment } from './open-experiment.ts';

/** Makes an experiment the current one. Returns false if no cluster is open. */
export async function makeCurrent({ store, notify }: AppContext, experiment: string): Promise<boolean> {
  const { cluster } = store.getState();
  if (cluster === undefined) return false;
  await cluster.setExperiment(experiment);
  store.setState({ current: experiment });
  notify.good(`${experiment} is the current experiment.`);
  return true;
}

/** Asks for an experiment, makes it the current one, and opens it in place of the top view. */
export async function switchExperiment(context: AppContext): Promise<void> {
  const { store, ask } = context;
  const { cluster, model } = store.getState();
  if (cluster === undefined) return;
  const names = [...model.keys()];
  const items = names.map((name) => ({ label: name, detail: model.get(name)?.experiment.state ?? '' }));
  const index = await ask.menu('Switch to experiment', items);
  const experiment = index === undefined ? undefined : names[index];
  if (experiment === undefined || !(await makeCurrent(context, experiment))) return;
  popView(store);
  openExperiment(context, experiment);
}
