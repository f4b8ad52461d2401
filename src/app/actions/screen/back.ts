import type { AppContext } from '../../shell/context/context.ts';
import { cancelActivity } from '../../shell/dialogs/notify.ts';
import { topView } from '../../shell/store/state.ts';
import { popView } from '../../shell/store/view-updates.ts';

/** Ends the first of these that exists: a running activity, shown problems, what the view itself ends, the view. */
export function goBack(context: AppContext): void {
  const { store, notify, views } = context;
  const state = store.getState();
  const view = topView(state);
  if (cancelActivity(store)) return;
  if (state.toasts.some(({ kind }) => kind === 'error' || kind === 'warning')) notify.dismiss();
  else if (!views.kindOf(view).back(context, view)) popView(store);
}
