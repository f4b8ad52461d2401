import { describe, expect, it } from 'vitest';
import {
  cursorIndex,
  moveCursor,
  scrollList,
  selectIndex,
  toggleMark,
} from '../../../../src/app/shell/lists/cursor.ts';
import { emptyList } from '../../../../src/app/shell/lists/list-state.ts';

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
