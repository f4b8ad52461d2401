/** A dialog over the view, which receives the keys until it is answered. */
export type Overlay = ConfirmOverlay | PromptOverlay | MenuOverlay | NoteOverlay;

export interface ConfirmOverlay {
  readonly kind: 'confirm';
  readonly title: string;
  readonly lines: readonly string[];
  /** The label of the confirming button: `delete`. */
  readonly verb: string;
  readonly choice: 'yes' | 'no';
  answer(yes: boolean): void;
}

export interface PromptOverlay {
  readonly kind: 'prompt';
  /** Shown before the input: `/`, `:`, `save as: `. */
  readonly label: string;
  readonly text: string;
  /** The index of the caret in `text`. */
  readonly caret: number;
  /** Completions of the input; the first one is shown, and tab accepts it. */
  readonly suggestions: readonly string[];
  /** Earlier inputs, newest last, and the index of the shown one; `history.length` is the new input. */
  readonly history: readonly string[];
  readonly historyIndex: number;
  suggest(text: string): readonly string[];
  /** Called at each change, and with an empty text when the user cancels. */
  changed(text: string): void;
  /** Undefined if the user cancels. */
  answer(text: string | undefined): void;
}

export interface MenuOverlay {
  readonly kind: 'menu';
  readonly title: string;
  readonly items: readonly MenuItem[];
  readonly index: number;
  /** Undefined if the user cancels. */
  answer(index: number | undefined): void;
}

export interface MenuItem {
  readonly label: string;
  readonly detail?: string;
}

/** A text to read, until the user closes it. */
export interface NoteOverlay {
  readonly kind: 'note';
  readonly title: string;
  readonly lines: readonly string[];
  /** The text that the copy key copies. */
  readonly copies?: string;
  answer(): void;
}
