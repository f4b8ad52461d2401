import { SymphonyError } from '../../../engine/contract/errors.ts';
import { formatProgress } from '../../../engine/text/format-progress.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { topView } from '../../shell/store/state.ts';
import { popView } from '../../shell/store/view-updates.ts';
import { openExperiment } from '../processes/open-experiment.ts';
import { isPlanView, type PlanView } from './plan-view.ts';

/**
 * Launches a plan; asks first if that would replace an experiment. Then leaves the views of launching, and opens the
 * experiment if the list of experiments is below them.
 * @throws SymphonyError `invalid-spec` if the backend refuses a field
 */
export async function launchPlan(context: AppContext, { spec, plan, chosenIn }: PlanView): Promise<void> {
  const { store, ask, notify } = context;
  const { cluster, model } = store.getState();
  if (cluster === undefined) return;
  const [refused] = plan.notes.filter(({ verdict }) => verdict === 'refused');
  if (refused !== undefined) {
    throw new SymphonyError(
      'invalid-spec',
      `The ${cluster.backend} backend refuses this experiment: ${refused.path}: ${refused.message}`,
    );
  }
  const exists = model.has(spec.name);
  if (exists) {
    const lines = [`Experiment ${spec.name} exists. All its processes end before the new launch.`];
    if (!(await ask.confirm({ title: `Replace ${spec.name}?`, lines, verb: 'replace' }))) return;
  }
  const onWarning = (warning: string) => notify.warning(warning);
  const launched = await notify.during(`launching ${spec.name}`, ({ signal, progress }) =>
    cluster.launch(spec, { force: exists, signal, onWarning, onProgress: (at) => progress(formatProgress(at)) }),
  );
  if (launched === undefined) return;
  notify.good(`Launched ${spec.name}.`);
  if (isPlanView(topView(store.getState()))) popView(store);
  if (topView(store.getState()).kind === chosenIn) popView(store);
  const { views } = store.getState();
  if (views.length === 1) openExperiment(context, spec.name);
}
