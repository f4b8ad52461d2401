import type { StoreApi } from 'zustand/vanilla';
import type { ViewRegistry } from '../context/context.ts';
import { type AppState, topView } from '../store/state.ts';

/**
 * Updates ages. Checks once a second whether any text on the screen that depends on the time would change, and only then
 * changes the time in the state, which renders a frame.
 * @returns stops the clock
 */
export function startClock(store: StoreApi<AppState>, views: ViewRegistry): () => void {
  const timer = setInterval(() => {
    const state = store.getState();
    const view = topView(state);
    const kind = views.kindOf(view);
    const now = Date.now();
    if (kind.times(state, view, now) !== kind.times(state, view, state.now)) store.setState({ now });
  }, 1000);
  return () => clearInterval(timer);
}
