import { plainText } from '../../../engine/text/safe-text.ts';
import { type Alignment, pad, truncateMiddle } from '../text/pad.ts';
import { textWidth } from '../text/width.ts';
import { paint, type Role, type Theme } from '../theme/theme.ts';

export interface Cell {
  readonly text: string;
  readonly role?: Role;
  /** The text with its own SGR sequences; `text` is without them, for measuring. */
  readonly painted?: string;
}

/** One column of a list. `Context` is what its text depends on besides the row: the time, measurements. */
export interface Column<Row, Context> {
  readonly id: string;
  readonly title: string;
  readonly alignment?: Alignment;
  /** The smallest width, in columns of the terminal. */
  readonly width: number;
  /** The largest width, for long texts; without it, the column keeps `width`. */
  readonly maximumWidth?: number;
  /** Whether long texts are cut in the middle, because their ends are as informative as their beginnings. */
  readonly keepsEnd?: boolean;
  /** Whether the column takes the remaining width. */
  readonly grows?: boolean;
  /** A narrow screen drops the columns with the lowest numbers first. */
  readonly priority: number;
  cell(row: Row, context: Context): Cell;
  /** The value to sort by; absent for columns without a useful order. */
  sortValue?(row: Row, context: Context): number | string;
}

export interface PlacedColumn<Row, Context> {
  readonly column: Column<Row, Context>;
  readonly width: number;
}

export const columnGap = 2;
/** The share of the free width that columns with `keepsEnd` may take. */
const shareOfNames = 0.6;

/**
 * Decides which columns fit into a width, and how wide each one is.
 * @param needed returns the width of a column's longest text
 */
export function placeColumns<Row, Context>(
  columns: readonly Column<Row, Context>[],
  width: number,
  needed: (column: Column<Row, Context>) => number,
): PlacedColumn<Row, Context>[] {
  const kept = new Set<Column<Row, Context>>();
  let free = width;
  for (const column of [...columns].sort((a, b) => b.priority - a.priority)) {
    const cost = column.width + (kept.size === 0 ? 0 : columnGap);
    if (cost > free) continue;
    kept.add(column);
    free -= cost;
  }
  const placed = columns.filter((column) => kept.has(column)).map((column) => ({ column, width: column.width }));
  for (const entry of [...placed].sort((a, b) => b.column.priority - a.column.priority)) {
    const { maximumWidth } = entry.column;
    if (maximumWidth === undefined) continue;
    const wanted = Math.min(maximumWidth, Math.max(entry.width, needed(entry.column)));
    // A column that can be cut in the middle leaves a part of the free width to the growing column.
    const maxIncrease = entry.column.keepsEnd ? Math.ceil(free * shareOfNames) : free;
    const increase = Math.min(maxIncrease, wanted - entry.width);
    entry.width += increase;
    free -= increase;
  }
  const growing = placed.find(({ column }) => column.grows);
  if (growing !== undefined) growing.width += free;
  return placed;
}

export function renderCells<Row, Context>(
  placed: readonly PlacedColumn<Row, Context>[],
  row: Row,
  context: Context,
  theme: Theme,
): string {
  return placed
    .map(({ column, width }) => {
      const cell = column.cell(row, context);
      if (cell.painted !== undefined && textWidth(cell.text) <= width) {
        const space = ' '.repeat(width - textWidth(cell.text));
        return column.alignment === 'right' ? space + cell.painted : cell.painted + space;
      }
      const safe = plainText(cell.text);
      const whole = column.keepsEnd ? truncateMiddle(safe, width) : safe;
      const text = pad(whole, width, column.alignment);
      return cell.role === undefined ? text : paint(theme, cell.role, text);
    })
    .join(' '.repeat(columnGap));
}
