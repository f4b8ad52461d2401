import type { AppContext } from '../shell/context/context.ts';

/** What a key does. Its errors are shown in a toast. */
export type Action = (context: AppContext) => void | Promise<void>;

/** Runs an action, and shows an error in a toast instead of throwing it. */
export async function runAction(context: AppContext, action: Action): Promise<void> {
  try {
    await action(context);
  } catch (error) {
    context.notify.error(error);
  }
}
