import type { Cluster } from '../../../engine/client/cluster.ts';
import type { BackendCheck } from '../../../engine/contract/backend-definition.ts';
import type { Binding } from '../keys/binding.ts';
import type { Theme } from '../theme/theme.ts';
import type { Measurement } from './measurements.ts';
import type { ClusterModel } from './model.ts';
import type { Overlay } from './overlays.ts';
import type { Toast } from './toasts.ts';
import type { View } from './view.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The state of the cluster's watch. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** The screen shows the cluster as it was at `since`. */
  | { readonly kind: 'stale'; readonly since: string; readonly reason: string };

export interface BackendEntry {
  readonly name: string;
  readonly summary: string;
  /** Undefined until the check has ended. */
  readonly check: BackendCheck | undefined;
}

/** A long-running action. */
export interface RunningActivity {
  readonly message: string;
  cancel(): void;
}

/** Everything that the screen is rendered from. */
export interface AppState {
  readonly size: TerminalSize;
  readonly theme: Theme;
  readonly mouse: boolean;
  readonly bindings: readonly Binding[];
  /** The time in milliseconds, updated only when a text that depends on it changes. */
  readonly now: number;
  readonly backends: readonly BackendEntry[];
  readonly cluster: Cluster | undefined;
  readonly connection: Connection;
  readonly model: ClusterModel;
  /** The experiment that commands of a shell act on if they name none. */
  readonly current: string | null;
  /** By `group/name`, for the experiment of the view. */
  readonly measurements: ReadonlyMap<string, Measurement>;
  /** At least one; the last one is on the screen. */
  readonly views: readonly View[];
  /** The last one receives the keys. */
  readonly overlays: readonly Overlay[];
  /** The oldest first. */
  readonly toasts: readonly Toast[];
  readonly messages: readonly Toast[];
  /** The commands that the user has run, the newest last. */
  readonly commandHistory: readonly string[];
  /** Long-running actions by number, shown until they end. */
  readonly activities: ReadonlyMap<number, RunningActivity>;
  /** The number of the spinner's frame, increased while an activity runs. */
  readonly spin: number;
  /** Increased when data outside the state has changed, such as the lines of a log. */
  readonly revision: number;
}

export function topView(state: AppState): View {
  const view = state.views.at(-1);
  if (view === undefined) throw new Error('There is no view.');
  return view;
}
