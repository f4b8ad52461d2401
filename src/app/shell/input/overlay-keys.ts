import type { AppContext } from '../context/context.ts';
import type { KeyName } from '../keys/key-name.ts';
import { clamp } from '../lists/window.ts';
import type { Overlay, PromptOverlay } from '../store/overlays.ts';
import { clipboardSequence } from '../terminal/clipboard.ts';
import { type PromptStep, pasteText, typeKey } from './prompt-keys.ts';

function replaceTop({ store }: AppContext, overlay: Overlay): void {
  store.setState(({ overlays }) => ({ overlays: [...overlays.slice(0, -1), overlay] }));
}

/** Handles a key for an overlay. */
export function handleOverlayKey(context: AppContext, overlay: Overlay, key: KeyName): void {
  switch (overlay.kind) {
    case 'prompt':
      takeStep(context, overlay, typeKey(overlay, key));
      return;
    case 'confirm':
      if (key === 'y' || key === 'Y') overlay.answer(true);
      else if (['n', 'N', 'esc', 'q', 'ctrl-c'].includes(key)) overlay.answer(false);
      else if (key === 'enter') overlay.answer(overlay.choice === 'yes');
      else if (['tab', 'shift-tab', 'left', 'right', 'h', 'l'].includes(key)) {
        replaceTop(context, { ...overlay, choice: overlay.choice === 'yes' ? 'no' : 'yes' });
      }
      return;
    case 'menu': {
      const { items, index } = overlay;
      const number = Number(key);
      if (key === 'enter') overlay.answer(index);
      else if (['esc', 'q', 'ctrl-c'].includes(key)) overlay.answer(undefined);
      else if (Number.isInteger(number) && number >= 1 && number <= items.length) overlay.answer(number - 1);
      else if (key === 'down' || key === 'j' || key === 'tab')
        replaceTop(context, { ...overlay, index: clamp(index + 1, 0, items.length - 1) });
      else if (key === 'up' || key === 'k' || key === 'shift-tab')
        replaceTop(context, { ...overlay, index: clamp(index - 1, 0, items.length - 1) });
      return;
    }
    case 'note':
      if (key === 'y' && overlay.copies !== undefined) {
        context.terminal.writeSequence(clipboardSequence(overlay.copies));
        context.notify.good('Copied.');
      } else if (['esc', 'enter', 'q', 'space', 'ctrl-c'].includes(key)) overlay.answer();
  }
}

/** Inserts a pasted text into the prompt, if one is open. */
export function handlePaste(context: AppContext, text: string): void {
  const overlay = context.store.getState().overlays.at(-1);
  if (overlay?.kind === 'prompt') takeStep(context, overlay, pasteText(overlay, text));
}

function takeStep(context: AppContext, before: PromptOverlay, step: PromptStep): void {
  if (step.kind === 'done') {
    // Called before the answer, while the view that the text applies to is still on the screen.
    if (step.answer === undefined) before.changed('');
    before.answer(step.answer);
    return;
  }
  replaceTop(context, step.prompt);
  if (step.prompt.text !== before.text) step.prompt.changed(step.prompt.text);
}
