import type { AppContext } from '../context/context.ts';
import { sectionsOf } from '../context/create-registry.ts';
import { perform } from '../context/perform.ts';
import { cancelActivity } from '../dialogs/notify.ts';
import { findBinding } from '../keys/dispatch.ts';
import { type KeyName, splitAlt } from '../keys/key-name.ts';
import { isTooSmall } from '../store/layout.ts';
import { topView } from '../store/state.ts';
import { handleOverlayKey } from './overlay-keys.ts';

/** Passes a key to the top overlay, or else to the view. Reads the state again for each key, which may have changed it. */
export function handleKey(context: AppContext, key: KeyName): void {
  const state = context.store.getState();
  const overlay = state.overlays.at(-1);
  if (isTooSmall(state.size)) {
    // A screen that cannot be shown accepts no action but quitting.
    if (key === 'q' || key === 'ctrl-c') context.terminal.exit(0);
    return;
  }
  const binding =
    overlay === undefined
      ? findBinding(state.bindings, sectionsOf(context.views.kindOf(topView(state))), key)
      : undefined;
  const both = binding === undefined ? splitAlt(key) : undefined;
  if (both !== undefined) {
    for (const one of both) handleKey(context, one);
    return;
  }
  if (overlay !== undefined) {
    handleOverlayKey(context, overlay, key);
    return;
  }
  if (binding === undefined) return;
  if (key === 'ctrl-c' && cancelActivity(context.store)) return;
  void perform(context, binding.action);
}
