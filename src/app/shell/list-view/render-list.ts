import { type Column, columnGap, placeColumns, renderCells } from '../lists/column.ts';
import { cursorIndex } from '../lists/cursor.ts';
import type { ListState } from '../lists/list-state.ts';
import { moveWindow, scrollThumb } from '../lists/window.ts';
import { pad } from '../text/pad.ts';
import { textWidth } from '../text/width.ts';
import { paint, paintRow, type Theme } from '../theme/theme.ts';

export interface ListContent<Row, Context> {
  readonly columns: readonly Column<Row, Context>[];
  readonly rows: readonly Row[];
  readonly ids: readonly string[];
  readonly list: ListState;
  readonly context: Context;
  readonly theme: Theme;
  readonly width: number;
  /** Screen rows for the titles and the list together. */
  readonly height: number;
  /** Shown in place of rows if there are none. */
  readonly empty: string;
}

/** Screen columns for the mark before a row, and for the scroll bar after it. */
const gutter = 2;
const scrollBar = 2;

/** Renders the titles of a list and its visible rows. */
export function renderList<Row, Context>(content: ListContent<Row, Context>): string[] {
  const { columns, rows, ids, list, context, theme, width, height } = content;
  const room = height - 1;
  const cursor = cursorIndex(list, ids);
  const window = moveWindow(list.top, cursor, rows.length, room);
  const placed = placeColumns(columns, width - gutter - scrollBar, (column) => longestText(column, content));
  const titles = placed.map(({ column, width }) => renderTitle(column, width, list)).join('');
  const lines = [paint(theme, 'dim', pad(' '.repeat(gutter) + titles, width))];
  if (rows.length === 0) {
    lines.push('', paint(theme, 'dim', pad(`  ${content.empty}`, width)));
    return lines;
  }
  const thumb = scrollThumb(window, rows.length, room);
  for (let index = window.top; index < window.end; index++) {
    const row = rows[index];
    if (row === undefined) break;
    const isMarked = list.marked.has(ids[index] ?? '');
    const mark = isMarked ? `${paint(theme, 'marked', '◆')} ` : '  ';
    const cells = mark + renderCells(placed, row, context, theme);
    const filled = cells + ' '.repeat(Math.max(0, width - scrollBar - textWidth(cells)));
    const offset = index - window.top;
    const isThumb = thumb !== null && offset >= thumb.start && offset < thumb.start + thumb.size;
    const bar = thumb === null ? '  ' : ` ${paint(theme, 'border', isThumb ? '┃' : '│')}`;
    lines.push((index === cursor ? paintRow(theme, 'selected', filled) : filled) + bar);
  }
  return lines;
}

/** A title and the gap after it. The sort arrow uses the gap if it does not fit beside the title: the table must not move. */
function renderTitle<Row, Context>({ id, title, alignment }: Column<Row, Context>, width: number, { sort }: ListState) {
  const arrow = sort?.column === id ? (sort.descending ? '↓' : '↑') : '';
  const fits = alignment !== 'right' && textWidth(title) < width;
  const gap = (fits ? '' : arrow).padEnd(columnGap);
  return pad(fits ? title + arrow : title, width, alignment) + gap;
}

function longestText<Row, Context>(column: Column<Row, Context>, { rows, context }: ListContent<Row, Context>): number {
  let longest = textWidth(column.title);
  for (const row of rows) longest = Math.max(longest, textWidth(column.cell(row, context).text));
  return longest;
}

/** The column whose title is at a screen column, for mouse clicks. */
export function columnAt<Row, Context>(
  content: Pick<ListContent<Row, Context>, 'columns' | 'rows' | 'ids' | 'list' | 'context' | 'theme' | 'empty'>,
  width: number,
  x: number,
): Column<Row, Context> | undefined {
  const whole = { ...content, width, height: 2 };
  let left = gutter;
  for (const { column, width: taken } of placeColumns(content.columns, width - gutter - scrollBar, (column) =>
    longestText(column, whole),
  )) {
    if (x >= left && x < left + taken) return column;
    left += taken + columnGap;
  }
  return undefined;
}
