import type { BackendCheck } from '../../engine/backend-registry.ts';
import type { Cluster } from '../../engine/cluster.ts';
import type { Binding } from '../keys/binding.ts';
import type { Measurement } from '../rows/process-columns.ts';
import type { Theme } from '../theme/theme.ts';
import type { ClusterModel } from './model.ts';
import type { Overlay } from './overlays.ts';
import type { Toast } from './toasts.ts';
import type { View } from './view-state.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** How it stands with what the cluster tells. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** What is shown is as of `since`. */
  | { readonly kind: 'stale'; readonly since: string; readonly reason: string };

export interface BackendEntry {
  readonly name: string;
  readonly summary: string;
  /** undefined until it is known. */
  readonly check: BackendCheck | undefined;
}

/** Something that is being done and takes a while. */
export interface RunningActivity {
  readonly message: string;
  /** Gives it up. */
  cancel(): void;
}

/** All that the screen is drawn from. */
export interface AppState {
  readonly size: TerminalSize;
  readonly theme: Theme;
  readonly mouse: boolean;
  readonly bindings: readonly Binding[];
  /** Milliseconds, as of the last time that a text depending on it changed. */
  readonly now: number;
  readonly backends: readonly BackendEntry[];
  readonly cluster: Cluster | undefined;
  readonly connection: Connection;
  readonly model: ClusterModel;
  /** The experiment that commands mean when they name none. */
  readonly current: string | null;
  /** By `group/name`, of the experiment that is looked at. */
  readonly measurements: ReadonlyMap<string, Measurement>;
  /** At least one; the last one is on the screen. */
  readonly views: readonly View[];
  /** The last one has the keys. */
  readonly overlays: readonly Overlay[];
  /** The oldest first. */
  readonly toasts: readonly Toast[];
  readonly messages: readonly Toast[];
  /** What is being done that takes a while, by number; shown until it is done. */
  readonly activities: ReadonlyMap<number, RunningActivity>;
  /** Raised while something is being done, so that its sign turns. */
  readonly spin: number;
  /** Raised when something changed that the state does not hold itself: the lines of a log. */
  readonly revision: number;
}

export function topView(state: AppState): View {
  const view = state.views.at(-1);
  if (view === undefined) throw new Error('There is no view.');
  return view;
}
