import { type Alignment, pad, truncateMiddle } from '../text/pad.ts';
import { textWidth } from '../text/width.ts';
import { paint, type Role, type Theme } from '../theme/theme.ts';

export interface Cell {
  readonly text: string;
  readonly role?: Role;
  /** SGR parts of its own: `text` is without them, for measuring. */
  readonly painted?: string;
}

/** One column of a list. `Context` is what its text depends on beside the row: the time, measurements. */
export interface Column<Row, Context> {
  readonly id: string;
  readonly title: string;
  readonly alignment?: Alignment;
  /** Columns of the terminal. */
  readonly width: number;
  /** How wide it may become for the longest of its texts; without it, `width` is kept. */
  readonly maximumWidth?: number;
  /** Cut in the middle where there is no room: its end tells as much as its beginning. */
  readonly keepsEnd?: boolean;
  /** Takes all the room that is left. */
  readonly grows?: boolean;
  /** The lowest numbers go first when there is no room. */
  readonly priority: number;
  cell(row: Row, context: Context): Cell;
  /** What it is sorted by; absent for columns that nobody would sort by. */
  sortValue?(row: Row, context: Context): number | string;
}

export interface PlacedColumn<Row, Context> {
  readonly column: Column<Row, Context>;
  readonly width: number;
}

export const columnGap = 2;
/** The part of the free room that names may take. */
const shareOfNames = 0.6;

/**
 * Which columns fit into a width, and how wide each is.
 * @param needed the width of the longest text of a column that may become wider
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
    // What can be cut in the middle leaves a part of the room to the column that takes what is left.
    const most = entry.column.keepsEnd ? Math.ceil(free * shareOfNames) : free;
    const more = Math.min(most, wanted - entry.width);
    entry.width += more;
    free -= more;
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
      const whole = column.keepsEnd ? truncateMiddle(cell.text, width) : cell.text;
      const text = pad(whole, width, column.alignment);
      return cell.role === undefined ? text : paint(theme, cell.role, text);
    })
    .join(' '.repeat(columnGap));
}
