import sliceAnsi from 'slice-ansi';
import { clamp, scrollThumb } from '../lists/window.ts';
import { findRanges, highlight } from '../text/highlight.ts';
import { cut } from '../text/pad.ts';
import { withoutColours } from '../text/sanitize.ts';
import type { TextScroll } from '../text/text-scroll.ts';
import { textWidth } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import { paint, type Theme } from '../theme/theme.ts';

interface Rows {
  readonly width: number;
  readonly wrap: boolean;
  readonly rows: readonly string[];
  /** For each line, the index of its first row. */
  readonly starts: readonly number[];
}

const cache = new WeakMap<readonly string[], Rows>();

/** The rows of a text, cached while the text, the width and the wrapping stay the same. */
export function textRows(lines: readonly string[], width: number, isWrapped: boolean): Rows {
  const known = cache.get(lines);
  if (known !== undefined && known.width === width && known.wrap === isWrapped) return known;
  const rows: string[] = [];
  const starts: number[] = [];
  for (const line of lines) {
    starts.push(rows.length);
    rows.push(...(isWrapped ? wrap(line, width) : [line]));
  }
  const result = { width, wrap: isWrapped, rows, starts };
  cache.set(lines, result);
  return result;
}

/** Screen columns at the right for the scroll bar. */
export const textMargin = 2;

/** The visible part of a text, with highlighted matches. */
export function renderText(
  lines: readonly string[],
  scroll: TextScroll,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const room = width - textMargin;
  const { rows } = textRows(lines, room, scroll.wrap);
  const top = clamp(scroll.top, 0, Math.max(0, rows.length - height));
  const thumb = scrollThumb({ top, end: top + height }, rows.length, height);
  const currentRow = scroll.match === undefined ? -1 : matchRow(lines, scroll, room);
  return rows.slice(top, top + height).map((row, offset) => {
    const isThumb = thumb !== null && offset >= thumb.start && offset < thumb.start + thumb.size;
    const highlighted = highlightRow(row, scroll, theme, top + offset === currentRow);
    const part = scroll.wrap ? cut(highlighted, room) : sliceAnsi(highlighted, scroll.left, scroll.left + room);
    if (thumb === null) return part;
    const space = ' '.repeat(Math.max(0, room - textWidth(part)));
    return `${part}${space} ${paint(theme, 'border', isThumb ? '┃' : '│')}`;
  });
}

function highlightRow(row: string, { search }: TextScroll, theme: Theme, isCurrent: boolean): string {
  if (search === undefined) return row;
  const ranges = findRanges(withoutColours(row), search.expression);
  const style = theme.styles[isCurrent ? 'currentMatch' : 'match'];
  return highlight(row, ranges, () => ({ on: `\x1b[${style}m`, off: '\x1b[0m' }));
}

/** The indexes of the rows that contain a match, in order. */
export function matchingRows(lines: readonly string[], scroll: TextScroll, width: number): number[] {
  const { search } = scroll;
  if (search === undefined) return [];
  const { rows } = textRows(lines, width, scroll.wrap);
  const found: number[] = [];
  rows.forEach((row, index) => {
    if (findRanges(withoutColours(row), search.expression, 1).length > 0) found.push(index);
  });
  return found;
}

function matchRow(lines: readonly string[], scroll: TextScroll, width: number): number {
  return matchingRows(lines, scroll, width)[scroll.match ?? 0] ?? -1;
}
