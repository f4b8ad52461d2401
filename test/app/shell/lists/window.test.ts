import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
