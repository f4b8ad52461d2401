import { expect, it } from 'vitest';
import { renderList } from '../../../../src/app/shell/list-view/render-list.ts';
import { emptyList, type Sort } from '../../../../src/app/shell/lists/list-state.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';
import { columns } from '../lists/support/count-columns.ts';

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
