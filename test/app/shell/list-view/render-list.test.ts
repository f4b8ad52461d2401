import { expect, it } from 'vitest';
import { renderList } from '../../../../src/app/shell/list-view/render-list.ts';
import type { Column } from '../../../../src/app/shell/lists/column.ts';
import { emptyList, type Sort } from '../../../../src/app/shell/lists/list-state.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';

interface Row {
  readonly name: string;
  readonly count: number;
}

const columns: readonly Column<Row, unknown>[] = [
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

it('does not move the table when it is sorted', () => {
  const rows = [{ name: 'a', count: 1 }];
  const titles = (sort: Sort | null) =>
    renderList({
      columns,
      rows,
      ids: ['a'],
      list: { ...emptyList, sort },
      context: undefined,
      theme: themes.none,
      width: 60,
      height: 3,
      empty: '',
    })[0];
  expect(titles({ column: 'count', descending: true })).toBe(titles(null)?.replace('COUNT ', 'COUNT↓'));
  expect(titles({ column: 'name', descending: false })).toBe(titles(null)?.replace('NAME ', 'NAME↑'));
});
