import { type KeyName, keyText } from '../keys/key-name.ts';
import type { PromptOverlay } from '../store/overlays.ts';

/** A prompt after a key; `done` if the key ended the input. */
export type PromptStep =
  | { readonly kind: 'typed'; readonly prompt: PromptOverlay }
  | { readonly kind: 'done'; readonly answer: string | undefined };

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Applies a key to a prompt: the keys of readline, tab to complete, up for the history. */
export function typeKey(prompt: PromptOverlay, key: KeyName): PromptStep {
  const { text, caret, suggestions } = prompt;
  switch (key) {
    case 'enter':
      return { kind: 'done', answer: text };
    case 'esc':
    case 'ctrl-c':
      return { kind: 'done', answer: undefined };
    case 'backspace':
      if (text === '') return { kind: 'done', answer: undefined };
      return edit(prompt, text.slice(0, before(text, caret)) + text.slice(caret), before(text, caret));
    case 'delete':
    case 'ctrl-d':
      return edit(prompt, text.slice(0, caret) + text.slice(after(text, caret)), caret);
    case 'left':
    case 'ctrl-b':
      return at(prompt, before(text, caret));
    case 'right':
    case 'ctrl-f':
      return caret === text.length ? complete(prompt) : at(prompt, after(text, caret));
    case 'home':
    case 'ctrl-a':
      return at(prompt, 0);
    case 'end':
    case 'ctrl-e':
      return at(prompt, text.length);
    case 'ctrl-u':
      return edit(prompt, text.slice(caret), 0);
    case 'ctrl-k':
      return edit(prompt, text.slice(0, caret), caret);
    case 'ctrl-w': {
      const start = text.slice(0, caret).replace(/\S+\s*$/, '').length;
      return edit(prompt, text.slice(0, start) + text.slice(caret), start);
    }
    case 'tab':
      return complete(prompt);
    case 'shift-tab':
      return { kind: 'typed', prompt: { ...prompt, suggestions: rotate(suggestions) } };
    case 'up':
      return recall(prompt, prompt.historyIndex - 1);
    case 'down':
      return recall(prompt, prompt.historyIndex + 1);
    default: {
      const typed = keyText(key);
      if (typed === undefined) return { kind: 'typed', prompt };
      return edit(prompt, text.slice(0, caret) + typed + text.slice(caret), caret + typed.length);
    }
  }
}

/** Inserts a pasted text on one line. */
export function pasteText(prompt: PromptOverlay, pasted: string): PromptStep {
  const { text, caret } = prompt;
  const clean = pasted.replace(/[\r\n]+/g, ' ').replace(/\p{C}/gu, '');
  return edit(prompt, text.slice(0, caret) + clean + text.slice(caret), caret + clean.length);
}

function edit(prompt: PromptOverlay, text: string, caret: number): PromptStep {
  return { kind: 'typed', prompt: { ...prompt, text, caret, suggestions: prompt.suggest(text) } };
}

function at(prompt: PromptOverlay, caret: number): PromptStep {
  return { kind: 'typed', prompt: { ...prompt, caret } };
}

function complete(prompt: PromptOverlay): PromptStep {
  const [first] = prompt.suggestions;
  return first === undefined ? { kind: 'typed', prompt } : edit(prompt, first, first.length);
}

function recall(prompt: PromptOverlay, index: number): PromptStep {
  const { history } = prompt;
  if (index < 0 || index > history.length) return { kind: 'typed', prompt };
  const text = history[index] ?? '';
  return { kind: 'typed', prompt: { ...prompt, text, caret: text.length, historyIndex: index, suggestions: [] } };
}

function rotate(items: readonly string[]): readonly string[] {
  const [first, ...rest] = items;
  return first === undefined ? items : [...rest, first];
}

function before(text: string, caret: number): number {
  let last = 0;
  for (const { index } of segmenter.segment(text)) {
    if (index >= caret) break;
    last = index;
  }
  return last;
}

function after(text: string, caret: number): number {
  for (const { index, segment } of segmenter.segment(text)) {
    if (index >= caret) return index + segment.length;
  }
  return text.length;
}
