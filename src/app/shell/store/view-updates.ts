import type { StoreApi } from 'zustand/vanilla';
import type { ListState } from '../lists/list-state.ts';
import { type AppState, topView } from './state.ts';
import type { View } from './view-state.ts';

type Store = StoreApi<AppState>;

/** Opens a view on top of the others. */
export function pushView(store: Store, view: View): void {
  store.setState(({ views }) => ({ views: [...views, view] }));
}

/** Closes the top view and its resources. The first view stays. */
export function popView(store: Store): void {
  const { views } = store.getState();
  if (views.length < 2) return;
  endView(views.at(-1));
  store.setState({ views: views.slice(0, -1) });
}

/** Replaces all views, and closes the resources of the old ones. */
export function resetViews(store: Store, views: readonly View[]): void {
  for (const view of store.getState().views) endView(view);
  store.setState({ views });
}

/** Changes the top view, if it is still of that kind. */
export function updateView<Kind extends View['kind']>(
  store: Store,
  kind: Kind,
  change: (view: Extract<View, { kind: Kind }>) => Extract<View, { kind: Kind }>,
): void {
  store.setState((state) => {
    const view = topView(state);
    if (view.kind !== kind) return state;
    return { views: [...state.views.slice(0, -1), change(view as Extract<View, { kind: Kind }>)] };
  });
}

/** Replaces every view for which `match` returns another one; does nothing if there is none. */
export function replaceView(store: Store, match: (view: View) => View | undefined): void {
  store.setState(({ views }) => ({ views: views.map((view) => match(view) ?? view) }));
}

export type ListView = Extract<View, { readonly list: ListState }>;

export function isListView(view: View): view is ListView {
  return 'list' in view;
}

export function updateList(store: Store, change: (list: ListState) => ListState): void {
  store.setState((state) => {
    const view = topView(state);
    if (!isListView(view)) return state;
    return { views: [...state.views.slice(0, -1), { ...view, list: change(view.list) }] };
  });
}

function endView(view: View | undefined): void {
  if (view?.kind === 'logs') view.session.close();
}
