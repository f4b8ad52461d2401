import { describe, expect, it } from 'vitest';
import { nextSort, sortRows } from '../../../../src/app/shell/lists/sort.ts';
import { columns } from './support/count-columns.ts';

describe('sorting', () => {
  const rows = ['agent-10', 'agent-2', 'agent-1'].map((name, index) => ({ name, count: index }));

  it('sorts numbers in names by value', () => {
    const sorted = sortRows(rows, columns, { column: 'name', descending: false }, undefined);
    expect(sorted.map(({ name }) => name)).toEqual(['agent-1', 'agent-2', 'agent-10']);
  });

  it('keeps the order of equals', () => {
    const equal = rows.map(({ name }) => ({ name, count: 1 }));
    expect(sortRows(equal, columns, { column: 'count', descending: true }, undefined)).toEqual(equal);
  });

  it('goes through the columns that can be sorted by, and back to none', () => {
    const first = nextSort(columns, null);
    const second = nextSort(columns, first);
    expect([first, second, nextSort(columns, second)]).toEqual([
      { column: 'name', descending: false },
      { column: 'count', descending: true },
      null,
    ]);
  });
});
