import type { Column } from './column.ts';
import type { Sort } from './list-state.ts';

const collator = new Intl.Collator(undefined, { numeric: true });

/** Sorts rows by one column. Equal rows keep their order; `agent-2` comes before `agent-10`. */
export function sortRows<Row, Context>(
  rows: readonly Row[],
  columns: readonly Column<Row, Context>[],
  sort: Sort | null,
  context: Context,
): readonly Row[] {
  const value = columns.find(({ id }) => id === sort?.column)?.sortValue;
  if (sort === null || value === undefined) return rows;
  const direction = sort.descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: value(row, context) }))
    .sort((a, b) => direction * compareValues(a.value, b.value))
    .map(({ row }) => row);
}

export function compareValues(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

/** The order after a press of the sort key: the next sortable column, and after the last one the original order (null). */
export function nextSort<Row, Context>(columns: readonly Column<Row, Context>[], sort: Sort | null): Sort | null {
  const sortable = columns.filter(({ sortValue }) => sortValue !== undefined);
  const index = sortable.findIndex(({ id }) => id === sort?.column);
  const next = sortable[index + 1];
  if (next === undefined) return null;
  return { column: next.id, descending: next.alignment === 'right' };
}
