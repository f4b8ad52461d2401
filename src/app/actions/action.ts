import type { AppContext } from '../store/context.ts';

/** What a key does. What it throws is told in a toast. */
export type Action = (context: AppContext) => void | Promise<void>;

/** Runs an action; an error is told and ends nothing. */
export async function runAction(context: AppContext, action: Action): Promise<void> {
  try {
    await action(context);
  } catch (error) {
    context.notify.error(error);
  }
}
