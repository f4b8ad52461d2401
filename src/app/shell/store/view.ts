import type { ListState } from '../lists/list-state.ts';
import type { TextScroll } from '../text/text-scroll.ts';

/**
 * The state of an open view, as far as the shell knows it. Views form a stack; the top one fills the screen, and `esc` closes
 * it. The folder of each kind of view declares the rest of its state.
 */
export interface View {
  /** The name of the kind of view in the registry. */
  readonly kind: string;
  /** The experiment that the view shows, if it shows one. */
  readonly experiment?: string;
  /** The state of the list, if the view is one. */
  readonly list?: ListState;
  /** The position in the text, if the view is one. */
  readonly scroll?: TextScroll;
  /** A resource of the view; it is closed with the view. */
  readonly session?: { close(): void };
}

export interface ListView extends View {
  readonly list: ListState;
}

export interface TextView extends View {
  readonly scroll: TextScroll;
}

export function isListView(view: View): view is ListView {
  return view.list !== undefined;
}

export function isTextView(view: View): view is TextView {
  return view.scroll !== undefined;
}

/** Returns a function that tells whether a view is of a kind. */
export function isOfKind<Own extends View>(kind: Own['kind']): (view: View) => view is Own {
  return (view): view is Own => view.kind === kind;
}
