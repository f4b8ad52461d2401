import { plainText } from '../../engine/sanitize-text.ts';
import type { Style } from '../terminal.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly style?: (row: Row) => Style | undefined;
  readonly align?: 'right';
  /** Leaves the column out if no row has anything in it. */
  readonly optional?: boolean;
}

/** Lines of a table, without line ends. Widths count wide characters as a terminal does. */
export async function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: (style: Style, text: string) => string = (_, text) => text,
): Promise<string[]> {
  const cells = columns.map((column) => rows.map((row) => plainText(column.cell(row).replaceAll(/[\r\n\t]+/g, ' '))));
  const displayWidth = await widthOf(cells.flat());
  const shown = columns
    .map((column, index) => ({ column, cells: cells[index] ?? [] }))
    .filter(({ column, cells }) => !column.optional || cells.some((cell) => cell !== '' && cell !== '-'))
    .map((entry) => ({ ...entry, width: Math.max(...[entry.column.title, ...entry.cells].map(displayWidth)) }));
  const pad = (text: string, styled: string, width: number, align: 'right' | undefined) => {
    const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
    return align === 'right' ? space + styled : styled + space;
  };
  const header = shown.map(({ column, width }) => pad(column.title, style('bold', column.title), width, column.align));
  const lines = rows.map((row, index) =>
    shown.map(({ column, cells, width }) => {
      const text = cells[index] ?? '';
      const wanted = column.style?.(row);
      return pad(text, wanted === undefined ? text : style(wanted, text), width, column.align);
    }),
  );
  return [header, ...lines].map((line) => line.join('  ').trimEnd());
}

/** How wide texts are shown. Nearly everything is plain ASCII, which needs no library that takes long to load. */
async function widthOf(texts: readonly string[]): Promise<(text: string) => number> {
  const isPlain = (text: string) => /^[\x20-\x7e]*$/.test(text);
  if (texts.every(isPlain)) return (text) => text.length;
  const { default: stringWidth } = await import('string-width');
  return (text) => (isPlain(text) ? text.length : stringWidth(text));
}
