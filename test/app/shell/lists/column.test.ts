import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnGap, placeColumns, renderCells } from '../../../../src/app/shell/lists/column.ts';
import { withoutColours } from '../../../../src/app/shell/text/sanitize.ts';
import { textWidth } from '../../../../src/app/shell/text/width.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';
import { columns } from './support/count-columns.ts';

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

it('leaves room beside long names', () => {
  const named = columns.map((column) =>
    column.id === 'name' ? { ...column, maximumWidth: 80, keepsEnd: true } : column,
  );
  const placed = placeColumns(named, 60, ({ id }) => (id === 'name' ? 80 : 0));
  expect(placed.map(({ width }) => width)).toEqual([31, 5, 20]);
  const row = renderCells(placed, { name: `${'long-'.repeat(10)}7`, count: 1 }, undefined, themes.none);
  expect(withoutColours(row)).toMatch(/^long-\S+…\S+-7 /);
});
