import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePattern } from '../../../../src/app/shell/text/pattern.ts';
import { themes } from '../../../../src/app/shell/theme/themes.ts';
import { type LineFormat, plainLine } from '../../../../src/app/views/logs/log-lines.ts';
import { endAnchor, moveAnchor, renderLogWindow, visibleLines } from '../../../../src/app/views/logs/log-window.ts';
import { LineIndex } from '../../../../src/app/views/logs/reading/line-index.ts';
import { LogBuffer } from '../../../../src/app/views/logs/reading/log-buffer.ts';
import { logLine, logLines } from '../../support/log-lines.ts';

const format: LineFormat = {
  theme: themes.none,
  width: 10,
  wrap: true,
  timestamps: false,
  left: 0,
  search: undefined,
  sources: [],
};

function indexOf(...texts: string[]): LineIndex {
  const buffer = new LogBuffer({ lines: 100, characters: 10_000 });
  buffer.append(logLines(...texts));
  return new LineIndex(buffer);
}

describe('renderLogWindow', () => {
  it('shows the end, cutting the top of a line that does not fit whole', () => {
    const window = renderLogWindow(indexOf('first', 'x'.repeat(25), 'last'), format, 3, undefined);
    expect(window.rows).toEqual(['x'.repeat(10), 'x'.repeat(5), 'last']);
    expect(window.atEnd).toBe(true);
  });

  it('returns the complete lines that are on the screen', () => {
    const index = indexOf('first', 'x'.repeat(25), 'last');
    const lines = visibleLines(index, format, 3, undefined);
    expect(lines.map((line) => plainLine(line, undefined, false))).toEqual(['x'.repeat(25), 'last']);
    expect(visibleLines(index, format, 3, { sequence: 0, row: 0 }).map(({ plain }) => plain)).toEqual([
      'first',
      'x'.repeat(25),
    ]);
  });

  it('stays at its anchor when lines are added', () => {
    const index = indexOf('a', 'b', 'c', 'd', 'e');
    expect(renderLogWindow(index, format, 2, { sequence: 1, row: 0 })).toMatchObject({
      rows: ['b', 'c'],
      atEnd: false,
    });
  });

  it('shows the oldest line that is left when the anchor was dropped', () => {
    const buffer = new LogBuffer({ lines: 3, characters: 1000 });
    buffer.append(logLines('a', 'b', 'c', 'd', 'e'));
    expect(renderLogWindow(new LineIndex(buffer), format, 2, { sequence: 0, row: 0 }).rows).toEqual(['c', 'd']);
  });

  it('cuts instead, and moves sideways', () => {
    const index = indexOf('0123456789abcdef');
    expect(renderLogWindow(index, { ...format, wrap: false }, 2, undefined).rows).toEqual(['0123456789']);
    expect(renderLogWindow(index, { ...format, wrap: false, left: 8 }, 2, undefined).rows).toEqual(['89abcdef']);
  });

  it('names the process before each line of several', () => {
    const buffer = new LogBuffer();
    buffer.append([logLine('hello', 'a'), logLine('world', 'bb')]);
    const { rows } = renderLogWindow(
      new LineIndex(buffer),
      { ...format, width: 20, sources: buffer.sources },
      5,
      undefined,
    );
    expect(rows).toEqual(['a  │ hello', 'bb │ world']);
  });

  it('highlights matches', () => {
    const { rows } = renderLogWindow(indexOf('an error'), { ...format, search: parsePattern('err') }, 1, undefined);
    expect(rows).toEqual(['an \x1b[7merr\x1b[0mor']);
  });

  it('fills the screen at every scroll position, if there are enough lines', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 35 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        lengths,
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: -15, max: 15 })),
        (sizes, height, moves) => {
          const index = indexOf(...sizes.map((size) => 'x'.repeat(size)));
          const total = sizes.reduce((sum, size) => sum + Math.max(1, Math.ceil(size / 10)), 0);
          let anchor = endAnchor(index, format, height);
          for (const by of moves) {
            anchor = anchor === undefined ? undefined : moveAnchor(index, format, anchor, by);
            const window = renderLogWindow(index, format, height, anchor);
            expect(window.rows).toHaveLength(Math.min(height, total));
            anchor = window.anchor;
          }
        },
      ),
    );
  });

  it('returns to the same position after a move down and up', () => {
    const index = indexOf(...Array.from({ length: 30 }, (_, line) => 'x'.repeat(line)));
    const start = { sequence: 5, row: 0 };
    for (const by of [1, 4, 9])
      expect(moveAnchor(index, format, moveAnchor(index, format, start, by), -by)).toEqual(start);
  });
});
