/** What lies over the view and has the keys until it is answered. */
export type Overlay = ConfirmOverlay | PromptOverlay | MenuOverlay | NoteOverlay;

export interface ConfirmOverlay {
  readonly kind: 'confirm';
  readonly title: string;
  readonly lines: readonly string[];
  /** What is done, in a word: `delete`. */
  readonly verb: string;
  readonly choice: 'yes' | 'no';
  answer(yes: boolean): void;
}

export interface PromptOverlay {
  readonly kind: 'prompt';
  /** Stands before what is typed: `/`, `:`, `Save as `. */
  readonly label: string;
  readonly text: string;
  /** The caret, in characters of `text`. */
  readonly caret: number;
  /** What completes the word at the caret; the first is shown and taken with tab. */
  readonly suggestions: readonly string[];
  /** Earlier inputs, newest last, and which of them is shown; `history.length` is the new one. */
  readonly history: readonly string[];
  readonly historyIndex: number;
  suggest(text: string): readonly string[];
  /** Called at each change; with an empty text when it is given up. */
  changed(text: string): void;
  /** undefined: given up. */
  answer(text: string | undefined): void;
}

export interface MenuOverlay {
  readonly kind: 'menu';
  readonly title: string;
  readonly items: readonly MenuItem[];
  readonly index: number;
  /** undefined: given up. */
  answer(index: number | undefined): void;
}

export interface MenuItem {
  readonly label: string;
  readonly detail?: string;
}

/** Something to look at; any key ends it. */
export interface NoteOverlay {
  readonly kind: 'note';
  readonly title: string;
  readonly lines: readonly string[];
  /** What the copy key copies. */
  readonly copies?: string;
  answer(): void;
}
