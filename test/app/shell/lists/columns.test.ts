import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderList } from '../../../../src/app/shell/list-view/render-list.ts';
import { type Column, columnGap, placeColumns, renderCells } from '../../../../src/app/shell/lists/column.ts';
import { filterItems } from '../../../../src/app/shell/lists/filter.ts';
import { emptyList, type Sort } from '../../../../src/app/shell/lists/list-state.ts';
import { nextSort, sortRows } from '../../../../src/app/shell/lists/sort.ts';
import { withoutColours } from '../../../../src/app/shell/text/sanitize.ts';
import { textWidth } from '../../../../src/app/shell/text/width.ts';
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

describe('placeColumns', () => {
  it('fills the width exactly, and never more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 200 }), fc.integer({ min: 0, max: 60 }), (width, needed) => {
        const placed = placeColumns(columns, width, () => needed);
        const taken = placed.reduce((sum, column) => sum + column.width, 0) + columnGap * (placed.length - 1);
        expect(taken).toBeLessThanOrEqual(width);
        if (placed.length === columns.length) expect(taken).toBe(width);
        const row = renderCells(placed, { name: 'a name that may be long', count: 7 }, undefined, themes.dark);
        expect(textWidth(row)).toBe(taken);
      }),
    );
  });

  it('drops the least important column first', () => {
    expect(placeColumns(columns, 14, () => 0).map(({ column }) => column.id)).toEqual(['name', 'count']);
    expect(placeColumns(columns, 10, () => 0).map(({ column }) => column.id)).toEqual(['name']);
  });
});

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

describe('filterItems', () => {
  const items = [
    { name: 'learner', state: 'running' },
    { name: 'agents/agent-1', state: 'failed' },
    { name: 'agents/agent-12', state: 'running' },
  ];
  const filter = (text: string) =>
    filterItems(
      items,
      text,
      ({ name }) => name,
      ({ state }) => state,
    ).map(({ name }) => name);

  it.each([
    ['', ['learner', 'agents/agent-1', 'agents/agent-12']],
    ['lrn', ['learner']],
    ['agents/12', ['agents/agent-12']],
    ['fail', ['agents/agent-1']],
    ['!agent', ['learner']],
    ['!failed', ['learner', 'agents/agent-12']],
    ['!', ['learner', 'agents/agent-1', 'agents/agent-12']],
    ['nothing like it', []],
  ])('%j leaves %j', (text, names) => {
    expect(filter(text)).toEqual(names);
  });
});

it('puts an exact match first, and keeps the order of the rest', () => {
  const names = ['sarahs-reinforcement-learning', 'rl-2', 'rl', 'other'];
  expect(filterItems(names, 'rl', (name) => name)).toEqual(['rl', 'sarahs-reinforcement-learning', 'rl-2']);
  expect(filterItems(names, 'r', (name) => name)[0]).toBe('sarahs-reinforcement-learning');
  expect(filterItems(names, '!rl', (name) => name)).toEqual(['other']);
});

it('leaves room beside long names', () => {
  const named = columns.map((column) =>
    column.id === 'name' ? { ...column, maximumWidth: 80, keepsEnd: true } : column,
  );
  const placed = placeColumns(named, 60, ({ id }) => (id === 'name' ? 80 : 0));
  expect(placed.map(({ width }) => width)).toEqual([31, 5, 20]);
  const row = renderCells(placed, { name: `${'long-'.repeat(10)}7`, count: 1 }, undefined, themes.none);
  expect(withoutColours(row)).toMatch(/^long-\S+…\S+-7 /);
});

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
