import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppOptions } from '../context/options.ts';
import { keymap } from '../keys/keymap.ts';
import { remapKeys } from '../keys/remap.ts';
import { emptyList } from '../lists/list-state.ts';
import { chooseTheme } from '../theme/choose-theme.ts';
import { emptyModel } from './model.ts';
import type { AppState } from './state.ts';

/** Creates the initial state, and describes the problems in the settings. */
export function createAppStore(options: AppOptions): {
  readonly store: StoreApi<AppState>;
  readonly problems: readonly string[];
} {
  const { settings, stdout, environment, clusters } = options;
  const { bindings, problems } = remapKeys(keymap, settings.keys);
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
    views: [{ kind: 'experiments', list: emptyList }],
    overlays: [],
    toasts: [],
    messages: [],
    activities: new Map(),
    spin: 0,
    revision: 0,
  }));
  return { store, problems };
}
