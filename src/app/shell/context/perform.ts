import type { ActionName } from '../keys/binding.ts';
import { topView } from '../store/state.ts';
import type { AppContext } from './context.ts';

/** Does what a key means in the view on the screen. Shows an error in a toast instead of throwing it. */
export async function perform(context: AppContext, action: ActionName): Promise<void> {
  try {
    const view = topView(context.store.getState());
    const own = context.views.kindOf(view).actions[action];
    if (own === undefined) await context.actions[action]?.(context);
    else await own(context, view);
  } catch (error) {
    context.notify.error(error);
  }
}
