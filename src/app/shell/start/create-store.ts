import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ViewRegistry } from '../context/context.ts';
import type { AppOptions } from '../context/options.ts';
import { emptyModel } from '../store/model.ts';
import type { AppState } from '../store/state.ts';
import { chooseTheme } from '../theme/choose-theme.ts';
import { bindKeys } from './bind-keys.ts';

/** Creates the initial state, and describes the problems in the settings. */
export function createAppStore(
  options: AppOptions,
  views: ViewRegistry,
): {
  readonly store: StoreApi<AppState>;
  readonly problems: readonly string[];
} {
  const { settings, stdout, environment, clusters } = options;
  const { bindings, problems } = bindKeys(views, settings.keys);
  const store = createStore<AppState>(() => ({
    size: { columns: stdout.columns || 80, rows: stdout.rows || 24 },
    theme: chooseTheme(settings.theme, environment),
    mouse: settings.mouse,
    bindings,
    now: Date.now(),
    backends: clusters.map(({ name, summary }) => ({ name, summary, check: undefined })),
    cluster: undefined,
    connection: { kind: 'connecting' },
    model: emptyModel,
    current: null,
    measurements: new Map(),
    views: [views.home()],
    overlays: [],
    toasts: [],
    messages: [],
    commandHistory: [],
    activities: new Map(),
    spin: 0,
    revision: 0,
  }));
  return { store, problems };
}
