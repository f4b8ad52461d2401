import type { StoreApi } from 'zustand/vanilla';
import type { MenuItem, Overlay, PromptOverlay } from '../store/overlays.ts';
import type { AppState } from '../store/state.ts';

export interface ConfirmQuestion {
  readonly title: string;
  readonly lines: readonly string[];
  readonly verb: string;
}

export interface TextQuestion {
  readonly label: string;
  readonly text?: string;
  readonly history?: readonly string[];
  suggest?(text: string): readonly string[];
  changed?(text: string): void;
}

/** Asks the user questions. Each one is an overlay, and a promise of the answer. */
export interface Ask {
  confirm(question: ConfirmQuestion): Promise<boolean>;
  /** Undefined if the user cancels. */
  text(question: TextQuestion): Promise<string | undefined>;
  /** The index of the chosen item; undefined if the user cancels. */
  menu(title: string, items: readonly MenuItem[]): Promise<number | undefined>;
  note(title: string, lines: readonly string[], copies?: string): Promise<void>;
}

export function createAsk(store: StoreApi<AppState>): Ask {
  function show<Answer>(make: (answer: (value: Answer) => void) => Overlay): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const overlay = make((value) => {
      store.setState(({ overlays }) => ({ overlays: overlays.slice(0, -1) }));
      resolve(value);
    });
    store.setState(({ overlays }) => ({ overlays: [...overlays, overlay] }));
    return promise;
  }

  return {
    confirm: (question) => show((answer) => ({ kind: 'confirm', ...question, choice: 'no', answer })),
    text: (question) => show((answer) => openPrompt(question, answer)),
    menu: (title, items) => show((answer) => ({ kind: 'menu', title, items, index: 0, answer })),
    note: (title, lines, copies) =>
      show<void>((answer) => ({ kind: 'note', title, lines, ...(copies === undefined ? {} : { copies }), answer })),
  };
}

function openPrompt(question: TextQuestion, answer: (text: string | undefined) => void): PromptOverlay {
  const { label, text = '', history = [], suggest = () => [], changed = () => {} } = question;
  return {
    kind: 'prompt',
    label,
    text,
    caret: text.length,
    suggestions: suggest(text),
    history,
    historyIndex: history.length,
    suggest,
    changed,
    answer,
  };
}
