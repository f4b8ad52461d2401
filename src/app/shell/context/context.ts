import type { ReactNode } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import type { Cluster } from '../../../engine/client/cluster.ts';
import type { ProcessStatus } from '../../../engine/contract/status.ts';
import type { Ask } from '../dialogs/ask.ts';
import type { Notify } from '../dialogs/notify.ts';
import type { ActionName, Binding, KeySection } from '../keys/binding.ts';
import type { AppState } from '../store/state.ts';
import type { View } from '../store/view.ts';
import type { TerminalControl } from '../terminal/terminal-control.ts';
import type { AppOptions } from './options.ts';

/** Everything that actions use. */
export interface AppContext {
  readonly options: AppOptions;
  readonly store: StoreApi<AppState>;
  readonly ask: Ask;
  readonly notify: Notify;
  readonly terminal: TerminalControl;
  readonly views: ViewRegistry;
  /** What keys do in views that give them no meaning of their own. */
  readonly actions: Actions;
  /** Switches to a cluster. @param owned whether the interface closes the cluster when it leaves it */
  enterCluster(cluster: Cluster, owned: boolean): void;
  /** Requests a frame soon, for changes outside the state. */
  requestFrame(): void;
  /** Registers a cleanup for the end of the interface, such as closing a connection. @returns removes the cleanup */
  onEnd(end: () => void | Promise<void>): () => void;
  /** Aborted when the interface ends. */
  readonly signal: AbortSignal;
}

/** What a key does. Its errors are shown in a toast. */
export type Action = (context: AppContext) => void | Promise<void>;

export type Actions = Readonly<Record<ActionName, Action>>;

/**
 * What a key does in one kind of view, which is on the screen. The type of a method, not of a function, so that the registry
 * can hold the kinds of all views: it calls each only with views of its own kind.
 */
export type ViewAction<Own extends View> = { act(context: AppContext, view: Own): void | Promise<void> }['act'];

/** Everything about one kind of view. `listKind` and `textKind` make most of it for lists and texts. */
export interface ViewKind<Own extends View = View> {
  /** The value of `kind` in the states of these views. */
  readonly kind: Own['kind'];
  /** Where keys are looked up, nearest first. Keys that are valid everywhere come after them. */
  readonly sections: readonly KeySection[];
  /** Bindings that this kind adds: its own keys, and the key that opens it in other views. */
  readonly bindings: readonly Binding[];
  /** What keys do in this view. Actions that are missing here are those of all views. */
  readonly actions: Readonly<Record<ActionName, ViewAction<Own>>>;
  /** Actions that this kind adds to all views, such as opening it. */
  readonly offers: Actions;
  /** Whether the cluster measures the processes of the view's experiment while the view is on the screen. */
  readonly showsMetrics: boolean;
  /** The names in the header, after the cluster's. */
  path(state: AppState, view: Own): readonly string[];
  /** The rows between header and status line. */
  render(state: AppState, view: Own): readonly string[];
  /** Something beside the rows, placed absolutely. */
  decorate?(state: AppState, view: Own): ReactNode;
  /** The two ends of the status line. */
  status(state: AppState, view: Own): ViewStatus;
  /** All texts on the screen that depend on the time `now`, in milliseconds: the screen is rendered when they change. */
  times(state: AppState, view: Own, now: number): string;
  /** What actions on experiments and processes apply to. */
  targets(state: AppState, view: Own): Targets;
  /** Ends the first of what `esc` ends before the view itself, such as a search. Returns false if there is nothing. */
  back(context: AppContext, view: Own): boolean;
  /** Scrolls by rows of the screen, for the wheel of the mouse. */
  scroll(context: AppContext, view: Own, rows: number): void;
  /** Handles a click. Returns the index of the row that it selects; a second click on the same row opens it. */
  press?(context: AppContext, view: Own, at: { readonly x: number; readonly y: number }): number | undefined;
  /** For copying and saving; absent for views without a text. */
  readonly text?: ViewText<Own>;
}

export interface ViewStatus {
  readonly left: string;
  readonly right: string;
}

/** Processes of one experiment that an action applies to. */
export interface ProcessSelection {
  readonly experiment: string;
  readonly processes: readonly ProcessStatus[];
}

export interface Targets {
  /** Experiments, and processes in each: the marked ones, or else the selected one or the one of the view. */
  readonly selections: readonly ProcessSelection[];
  /** The process that an action on a single process applies to. */
  readonly process?: ProcessStatus;
  /** A name for the processes of the first selection together, such as their group. */
  readonly name?: string;
}

/** The text of a view, without colours. */
export interface ViewText<Own extends View> {
  /** The proposed name of a file for it, with the extension. */
  fileName(view: Own): string;
  /** The complete text; of a log, also lines that are not loaded. */
  whole(state: AppState, view: Own, signal: AbortSignal): AsyncIterable<TextPart>;
  /** The lines with at least one row on the screen, complete even if they are wrapped or cut there. */
  onScreen(state: AppState, view: Own): readonly string[];
}

export interface TextPart {
  readonly lines: readonly string[];
  /** How many lines were read for it, including those that the filter hides. */
  readonly read: number;
}

/** Finds everything about a view by its kind. */
export interface ViewRegistry {
  readonly kinds: readonly ViewKind[];
  /** @throws Error for a kind that is not registered */
  kindOf(view: View): ViewKind;
  /** The first view, which is always open. */
  home(): View;
}
