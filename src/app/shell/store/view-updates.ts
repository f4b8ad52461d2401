import type { StoreApi } from 'zustand/vanilla';
import type { ListState } from '../lists/list-state.ts';
import type { TextScroll } from '../text/text-scroll.ts';
import { type AppState, topView } from './state.ts';
import { isListView, isTextView, type View } from './view.ts';

type Store = StoreApi<AppState>;

/** Opens a view on top of the others. */
export function pushView<Own extends View>(store: Store, view: Own): void {
  store.setState(({ views }) => ({ views: [...views, view] }));
}

/** Closes the top view and its resources. The first view stays. */
export function popView(store: Store): void {
  const { views } = store.getState();
  if (views.length < 2) return;
  views.at(-1)?.session?.close();
  store.setState({ views: views.slice(0, -1) });
}

/** Replaces all views, and closes the resources of the old ones. */
export function resetViews(store: Store, views: readonly View[]): void {
  for (const view of store.getState().views) view.session?.close();
  store.setState({ views });
}

/** Changes the top view if it is of a kind. */
export function updateView<Own extends View>(
  store: Store,
  isOwn: (view: View) => view is Own,
  change: (view: Own) => Own,
): void {
  store.setState((state) => {
    const view = topView(state);
    return isOwn(view) ? { views: [...state.views.slice(0, -1), change(view)] } : state;
  });
}

/** Changes all open views of a kind. */
export function updateViews<Own extends View>(
  store: Store,
  isOwn: (view: View) => view is Own,
  change: (view: Own) => Own,
): void {
  store.setState(({ views }) => ({ views: views.map((view) => (isOwn(view) ? change(view) : view)) }));
}

export function updateList(store: Store, change: (list: ListState) => ListState): void {
  updateView(store, isListView, (view) => ({ ...view, list: change(view.list) }));
}

export function updateScroll(store: Store, change: (scroll: TextScroll) => TextScroll): void {
  updateView(store, isTextView, (view) => ({ ...view, scroll: change(view.scroll) }));
}
