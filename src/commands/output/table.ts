import { plainText } from '../../engine/text/safe-text.ts';
import type { Style } from '../shared/terminal.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly style?: (row: Row) => Style | undefined;
  readonly align?: 'right';
  /** Leaves the column out if it is empty in every row. */
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

/** A table whose last column, free text, wraps below itself at the width of the terminal. */
export async function formatWrappedTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: (style: Style, text: string) => string,
  width: number | undefined,
): Promise<string[]> {
  const free = columns.at(-1) as Column<Row>;
  const [title = '', ...lines] = await formatTable([...columns.slice(0, -1), { ...free, cell: () => '' }], rows, style);
  const { default: stringWidth } = await import('string-width');
  const indent = stringWidth(title) - stringWidth(free.title);
  const room = Math.max((width ?? Number.POSITIVE_INFINITY) - indent, leastRoom);
  const { default: wrap } = await import('wrap-ansi');
  const wrapped = rows.map((row, index) => {
    const text = plainText(free.cell(row));
    const [first = '', ...more] = (Number.isFinite(room) ? wrap(text, room, { hard: true }) : text).split('\n');
    const start = lines[index] ?? '';
    const gap = ' '.repeat(Math.max(0, indent - stringWidth(start)));
    return [`${start}${gap}${first}`, ...more.map((line) => ' '.repeat(indent) + line)];
  });
  return [title, ...wrapped.flat()];
}

/** The width below which wrapped text is harder to read than overlong lines. */
const leastRoom = 30;

/** Measures the width of text. Plain ASCII, nearly all text, does not need the library, which is slow to load. */
async function widthOf(texts: readonly string[]): Promise<(text: string) => number> {
  const isPlain = (text: string) => /^[\x20-\x7e]*$/.test(text);
  if (texts.every(isPlain)) return (text) => text.length;
  const { default: stringWidth } = await import('string-width');
  return (text) => (isPlain(text) ? text.length : stringWidth(text));
}
