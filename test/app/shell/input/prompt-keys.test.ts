import { describe, expect, it } from 'vitest';
import { pasteText, typeKey } from '../../../../src/app/shell/input/prompt-keys.ts';
import type { PromptOverlay } from '../../../../src/app/shell/store/overlays.ts';

const words = ['logs', 'launch', 'ls'];

function aPrompt(fields: Partial<PromptOverlay> = {}): PromptOverlay {
  return {
    kind: 'prompt',
    label: ':',
    text: '',
    caret: 0,
    suggestions: [],
    history: ['first', 'second'],
    historyIndex: 2,
    suggest: (text) => words.filter((word) => text !== '' && word.startsWith(text)),
    changed: () => {},
    answer: () => {},
    ...fields,
  };
}

/** The text of the prompt after keys, with | as the caret; or the answer. */
function after(prompt: PromptOverlay, ...keys: string[]): string | undefined {
  let now = prompt;
  for (const key of keys) {
    const step = typeKey(now, key);
    if (step.kind === 'done') return `answer: ${step.answer}`;
    now = step.prompt;
  }
  return `${now.text.slice(0, now.caret)}|${now.text.slice(now.caret)}`;
}

const typed = (text: string, caret = text.length) => aPrompt({ text, caret });

describe('a prompt', () => {
  it.each([
    [typed(''), ['a', 'space', '宽'], 'a 宽|'],
    [typed('abc'), ['left', 'left', 'x'], 'ax|bc'],
    [typed('a👩‍👩‍👧'), ['backspace'], 'a|'],
    [typed('abc', 0), ['delete'], '|bc'],
    [typed('one two '), ['ctrl-w'], 'one |'],
    [typed('abcdef', 3), ['ctrl-u'], '|def'],
    [typed('abcdef', 3), ['ctrl-k'], 'abc|'],
    [typed('abc'), ['ctrl-a', 'ctrl-e'], 'abc|'],
    [typed('la'), ['u', 'tab'], 'launch|'],
    [typed('l'), ['o', 'right'], 'logs|'],
    [typed('new'), ['up'], 'second|'],
    [typed('new'), ['up', 'up', 'up'], 'first|'],
    [typed('x'), ['enter'], 'answer: x'],
    [typed('x'), ['esc'], 'answer: undefined'],
    [typed(''), ['backspace'], 'answer: undefined'],
    [typed('x'), ['pageup', 'ctrl-q'], 'x|'],
  ])('%#: %o %j', (prompt, keys, expected) => {
    expect(after(prompt, ...keys)).toBe(expected);
  });

  it('inserts a paste on one line', () => {
    const step = pasteText(typed('ab', 1), 'x\ny\x1b[31m');
    expect(step.kind === 'typed' && step.prompt.text).toBe('ax y[31mb');
  });
});
