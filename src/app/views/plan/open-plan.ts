import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { pushView } from '../../shell/store/view-updates.ts';
import { startOfText } from '../../shell/text/text-scroll.ts';
import { planDocument } from './plan-document.ts';
import type { PlanView } from './plan-view.ts';

/**
 * Shows what a launch of a spec would do.
 * @param path the file of the spec
 * @param chosenIn the kind of the view in which the file was chosen
 */
export async function openPlan(
  { store }: Pick<AppContext, 'store'>,
  path: string,
  spec: ExperimentSpec,
  chosenIn: string,
): Promise<void> {
  const { cluster, theme } = store.getState();
  if (cluster === undefined) return;
  const plan = await cluster.withSettingNotes(cluster.plan(spec));
  const lines = await planDocument(spec, plan, theme);
  pushView<PlanView>(store, {
    kind: 'plan',
    title: `plan of ${path}`,
    lines,
    scroll: startOfText,
    spec,
    plan,
    chosenIn,
  });
}
