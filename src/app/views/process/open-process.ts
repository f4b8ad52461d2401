import { type ProcessReference, sameProcess } from '../../../engine/contract/status.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { pushView, updateViews } from '../../shell/store/view-updates.ts';
import { startOfText } from '../../shell/text/text-scroll.ts';
import { isProcessView, type ProcessView } from './process-view.ts';

/** Opens the details of a process, and adds what the watch does not contain once the cluster has answered. */
export async function openProcess(
  { store }: Pick<AppContext, 'store'>,
  experiment: string,
  { group, name }: ProcessReference,
): Promise<void> {
  const reference = { group, name };
  pushView<ProcessView>(store, { kind: 'process', experiment, process: reference, scroll: startOfText });
  const { cluster } = store.getState();
  if (cluster === undefined) return;
  const { members } = await cluster.describeExperiment(experiment);
  const description = members.find((member) => sameProcess(member, reference));
  if (description === undefined) return;
  updateViews(store, isProcessView, (view) =>
    view.experiment === experiment && sameProcess(view.process, reference) ? { ...view, description } : view,
  );
}
