import { History } from '../../../engine/history/history.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { emptyList } from '../../shell/lists/list-state.ts';
import { topView } from '../../shell/store/state.ts';
import { pushView, updateViews } from '../../shell/store/view-updates.ts';
import { type HistoryView, isHistoryView } from './history-view.ts';

/** Shows the experiments that were deleted or replaced, on whatever backend. */
export async function openHistory(context: AppContext): Promise<void> {
  if (isHistoryView(topView(context.store.getState()))) return;
  pushView<HistoryView>(context.store, { kind: 'history', entries: undefined, list: emptyList });
  await readHistory(context);
}

/** Reads the entries of the open view again. */
export async function readHistory({ store }: AppContext): Promise<void> {
  const entries = (await new History().list()).toReversed();
  updateViews(store, isHistoryView, (view) => ({ ...view, entries }));
}
