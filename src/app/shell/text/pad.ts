import sliceAnsi from 'slice-ansi';
import { isPlainAscii, textWidth } from './width.ts';

export type Alignment = 'left' | 'right';

/** The first columns of a text. Omits a wide character that would cross the edge; keeps SGR sequences. */
export function cut(text: string, width: number): string {
  if (width <= 0) return '';
  if (isPlainAscii(text)) return text.length <= width ? text : text.slice(0, width);
  return textWidth(text) <= width ? text : sliceAnsi(text, 0, width);
}

/** Like `cut`, but with `…` in place of what does not fit. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return width <= 0 ? '' : `${cut(text, width - 1)}…`;
}

/** A text in exactly `width` columns: truncated, or padded with spaces. */
export function pad(text: string, width: number, alignment: Alignment = 'left'): string {
  const truncated = truncate(text, width);
  const space = ' '.repeat(Math.max(0, width - textWidth(truncated)));
  return alignment === 'left' ? truncated + space : space + truncated;
}

/** Keeps the end of a text, which distinguishes paths and addresses: `…/rl/learner.py`. */
export function truncateStart(text: string, width: number): string {
  const full = textWidth(text);
  if (full <= width) return text;
  return width <= 0 ? '' : `…${sliceAnsi(text, full - width + 1)}`;
}

/** Keeps both ends of a text, which distinguish long names: `loader-with-a…cess-12`. */
export function truncateMiddle(text: string, width: number): string {
  const full = textWidth(text);
  if (full <= width) return text;
  if (width <= 1) return truncate(text, width);
  const tail = Math.floor((width - 1) / 2);
  return `${cut(text, width - 1 - tail)}…${tail === 0 ? '' : sliceAnsi(text, full - tail)}`;
}

/** One row with a left and a right part. The left part is truncated if both do not fit. */
export function padBoth(left: string, right: string, width: number): string {
  const rightWidth = textWidth(right);
  if (rightWidth >= width) return pad(right, width);
  return pad(left, width - rightWidth) + right;
}
