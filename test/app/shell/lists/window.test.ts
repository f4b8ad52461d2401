import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cursorIndex,
  moveCursor,
  scrollList,
  selectIndex,
  toggleMark,
} from '../../../../src/app/shell/lists/cursor.ts';
import { emptyList } from '../../../../src/app/shell/lists/list-state.ts';
import { moveWindow, scrollThumb } from '../../../../src/app/shell/lists/window.ts';

const anyNumber = fc.integer({ min: -50, max: 500 });
const count = fc.integer({ min: 0, max: 300 });
const height = fc.integer({ min: 1, max: 60 });

describe('moveWindow', () => {
  it('always shows the cursor, leaves no empty rows, and moves as little as possible', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, count, height, (top, cursor, others, room) => {
        const rows = others + 1;
        const window = moveWindow(top, cursor, rows, room);
        expect(window.end - window.top).toBe(Math.min(rows, room));
        const selected = Math.max(0, Math.min(rows - 1, cursor));
        expect(selected).toBeGreaterThanOrEqual(window.top);
        expect(selected).toBeLessThan(window.end);
        const stays = top >= 0 && top <= selected && selected < top + room && top + room <= rows;
        if (stays) expect(window.top).toBe(top);
      }),
    );
    expect(moveWindow(5, 7, 0, 10)).toEqual({ top: 0, end: 0 });
  });
});

describe('scrollThumb', () => {
  it('stays on its track, and reaches both ends', () => {
    fc.assert(
      fc.property(anyNumber, count, height, (top, hidden, room) => {
        const rows = room + hidden + 1;
        const thumb = scrollThumb(moveWindow(top, top, rows, room), rows, room);
        expect(thumb?.start).toBeGreaterThanOrEqual(0);
        expect((thumb?.start ?? 0) + (thumb?.size ?? 0)).toBeLessThanOrEqual(room);
        expect(scrollThumb({ top: 0, end: room }, room, room)).toBeNull();
      }),
    );
    expect(scrollThumb({ top: 0, end: 10 }, 100, 10)?.start).toBe(0);
    expect(scrollThumb({ top: 90, end: 100 }, 100, 10)).toEqual({ start: 9, size: 1 });
  });
});

describe('the cursor', () => {
  const ids = ['a', 'b', 'c', 'd'];

  it('stays on its row when the order changes', () => {
    const list = selectIndex(emptyList, ids, 2, 4);
    expect(cursorIndex(list, ['d', 'c', 'b', 'a'])).toBe(1);
  });

  it('keeps its index when its row disappears', () => {
    const list = selectIndex(emptyList, ids, 2, 4);
    expect(cursorIndex(list, ['a', 'b', 'd'])).toBe(2);
    expect(cursorIndex(list, [])).toBe(0);
  });

  it('moves by rows and pages, and stops at the ends', () => {
    const many = Array.from({ length: 100 }, (_, index) => `row-${index}`);
    const down = moveCursor(emptyList, many, 'page-down', 10);
    expect(down.cursor).toBe('row-9');
    expect(moveCursor(down, many, 'bottom', 10).top).toBe(90);
    expect(moveCursor(emptyList, many, 'up', 10).cursor).toBe('row-0');
  });

  it('follows when the wheel would scroll it out', () => {
    const many = Array.from({ length: 100 }, (_, index) => `row-${index}`);
    const scrolled = scrollList(emptyList, many, 30, 10);
    expect(scrolled).toMatchObject({ top: 30, cursor: 'row-30' });
    expect(scrollList(scrolled, many, -1000, 10)).toMatchObject({ top: 0, cursor: 'row-9' });
  });

  it('marks and unmarks', () => {
    const marked = toggleMark(emptyList, 'b');
    expect([...marked.marked]).toEqual(['b']);
    expect(toggleMark(marked, 'b').marked.size).toBe(0);
  });
});
