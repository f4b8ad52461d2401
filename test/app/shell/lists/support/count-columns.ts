import type { Column } from '../../../../../src/app/shell/lists/column.ts';

export interface Row {
  readonly name: string;
  readonly count: number;
}

/** Columns of each sort: with a maximum, aligned to the right, growing. */
export const columns: readonly Column<Row, unknown>[] = [
  {
    id: 'name',
    title: 'NAME',
    width: 6,
    maximumWidth: 20,
    priority: 3,
    cell: ({ name }) => ({ text: name, role: 'accent' }),
    sortValue: ({ name }) => name,
  },
  {
    id: 'count',
    title: 'COUNT',
    alignment: 'right',
    width: 5,
    priority: 2,
    cell: ({ count }) => ({ text: String(count) }),
    sortValue: ({ count }) => count,
  },
  { id: 'rest', title: 'REST', width: 4, grows: true, priority: 1, cell: () => ({ text: 'rest' }) },
];
