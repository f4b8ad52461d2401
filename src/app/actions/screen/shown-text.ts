import type { AppContext } from '../../shell/context/context.ts';
import { topView } from '../../shell/store/state.ts';

/** The text of the view on the screen, in its present state; undefined if the view has none. */
export function shownText({ store, views }: AppContext) {
  const state = store.getState();
  const view = topView(state);
  const text = views.kindOf(view).text;
  if (text === undefined) return undefined;
  return {
    fileName: text.fileName(view),
    onScreen: () => text.onScreen(state, view),
    whole: (signal: AbortSignal) => text.whole(state, view, signal),
  };
}
