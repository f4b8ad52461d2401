import type { PromptOverlay } from '../store/overlays.ts';
import { truncate, truncateStart } from '../text/pad.ts';
import { textWidth } from '../text/width.ts';
import { paint, type Theme } from '../theme/theme.ts';

type Prompt = Pick<PromptOverlay, 'label' | 'text' | 'caret' | 'suggestions'>;

/** How many columns after the caret stay visible, if the text is that long. */
const minColumnsAfterCaret = 8;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The input line with its caret. A line wider than `width` is shown around the caret. */
export function renderPrompt({ label, text, caret, suggestions }: Prompt, width: number, theme: Theme): string {
  const before = text.slice(0, caret);
  const [suggestion] = suggestions;
  const isGhost = caret === text.length && (suggestion?.startsWith(text) ?? false);
  const after = isGhost ? (suggestion ?? '').slice(text.length) : text.slice(caret);
  const [first] = segmenter.segment(after);
  const under = first?.segment ?? ' ';
  const rest = after.slice(first?.segment.length ?? 0);
  const room = Math.max(1, width - textWidth(label) - textWidth(under));
  const ahead = isGhost ? 0 : Math.min(textWidth(rest), minColumnsAfterCaret);
  const head = truncateStart(before, Math.max(1, room - ahead));
  const tail = truncate(rest, Math.max(0, room - textWidth(head)));
  return `${paint(theme, 'accent', label)}${head}\x1b[7m${under}\x1b[0m${isGhost ? paint(theme, 'dim', tail) : tail}`;
}
