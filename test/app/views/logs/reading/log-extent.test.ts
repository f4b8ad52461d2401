import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { themes } from '../../../../../src/app/shell/theme/themes.ts';
import type { LineFormat } from '../../../../../src/app/views/logs/log-lines.ts';
import { endAnchor, moveAnchor, renderLogWindow } from '../../../../../src/app/views/logs/log-window.ts';
import { LineIndex } from '../../../../../src/app/views/logs/reading/line-index.ts';
import { LogBuffer } from '../../../../../src/app/views/logs/reading/log-buffer.ts';
import { LogExtent } from '../../../../../src/app/views/logs/reading/log-extent.ts';
import { withHead } from '../../../../../src/app/views/logs/reading/log-rows.ts';
import { missingRows } from '../../../../../src/app/views/logs/reading/missing-lines.ts';
import { logLine, logLines } from '../../../support/log-lines.ts';

const format: LineFormat = {
  theme: themes.none,
  width: 40,
  wrap: true,
  timestamps: false,
  left: 0,
  search: undefined,
  sources: [],
};
const texts = (extent: LogExtent, buffer: LogBuffer, isMerged = false) =>
  missingRows(extent.missing(buffer), isMerged).map(({ plain }) => plain);

describe('the lines of a log that are not loaded', () => {
  it('are none for a short log', () => {
    const buffer = new LogBuffer();
    buffer.append(logLines('a', 'b'));
    const extent = new LogExtent();
    expect(extent.isWhole(buffer)).toBe(true);
    expect(extent.total(buffer, buffer.lineCount)).toBe(2);
    expect(texts(extent, buffer)).toEqual([]);
  });

  it('count what was left out and what was dropped, for each process', () => {
    const buffer = new LogBuffer({ lines: 3, characters: 1000 });
    const extent = new LogExtent();
    extent.noteLeftOut({ group: null, name: 'main', lines: 15_000 });
    extent.noteLeftOut({ group: 'agents', name: 'agent-0', lines: 1 });
    buffer.append([...logLines('a', 'b', 'c'), logLine('x', 'other')]);
    expect(texts(extent, buffer, true)).toEqual([
      'main: 15,001 earlier lines are not loaded',
      'agents/agent-0: 1 earlier line is not loaded',
    ]);
    expect(extent.total(buffer, buffer.lineCount)).toBe(15_005);
    extent.reset();
    buffer.clear();
    expect(extent.isWhole(buffer)).toBe(true);
  });

  it('have a size, or nothing, where the number is unknown', () => {
    const buffer = new LogBuffer({ lines: 2, characters: 1000 });
    const extent = new LogExtent();
    extent.noteLeftOut({ group: null, name: 'main', bytes: 3 * 1024 * 1024 });
    buffer.append(logLines('a', 'b'));
    expect(texts(extent, buffer)).toEqual(['3 MiB of earlier lines are not loaded']);
    buffer.append(logLines('c'));
    expect(texts(extent, buffer)).toEqual(['earlier lines are not loaded']);
    expect(extent.total(buffer, 2)).toBeUndefined();
  });

  it('are not counted after a skip', () => {
    const buffer = new LogBuffer({ lines: 2, characters: 1000 });
    const extent = new LogExtent();
    buffer.append(logLines('a', 'b'));
    extent.noteSkipped();
    expect(extent.isWhole(buffer)).toBe(false);
    buffer.append(logLines('c'));
    expect(texts(extent, buffer)).toEqual(['earlier lines are not loaded']);
  });

  it('are summarized in one row if many processes have earlier lines', () => {
    const extent = new LogExtent();
    for (let index = 0; index < 40; index++) extent.noteLeftOut({ group: 'g', name: `p${index}`, lines: 1 });
    expect(texts(extent, new LogBuffer(), true)).toEqual([
      '40 of these processes have earlier lines, which are not loaded',
    ]);
  });
});

describe('a window on a log with rows before it', () => {
  const rowsOf = (count: number, head: number) => {
    const buffer = new LogBuffer();
    buffer.append(logLines(...Array.from({ length: count }, (_, index) => `line ${index}`)));
    const missing = Array.from({ length: head }, (_, index) => ({ process: `p${index}`, lines: 7, bytes: undefined }));
    return withHead(new LineIndex(buffer), missingRows(missing, true));
  };

  it('shows them above the first line, and the end without them', () => {
    const rows = rowsOf(10, 1);
    const top = { sequence: rows.sequenceAt(0) ?? 0, row: 0 };
    expect(renderLogWindow(rows, format, 3, top).rows.map((row) => row.replace(/\x1b\[\d*m/g, ''))).toEqual([
      '↑ p0: 7 earlier lines are not loaded',
      'line 0',
      'line 1',
    ]);
    expect(renderLogWindow(rows, format, 3, undefined).rows).toEqual(['line 7', 'line 8', 'line 9']);
  });

  it('reaches every row by scrolling, up and down', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 12 }),
        (count, head, height) => {
          const rows = rowsOf(count, head);
          const end = endAnchor(rows, format, height);
          if (end === undefined) return count + head === 0;
          const top = moveAnchor(rows, format, end, -1000);
          const shown = (anchor: typeof top) => renderLogWindow(rows, format, height, anchor);
          expect(shown(top).rows).toHaveLength(Math.min(height, count + head));
          expect(shown(top).rows[0]).toContain(head > 0 ? '↑ p0' : 'line 0');
          let anchor = top;
          for (let step = 0; step < count + head; step++) anchor = moveAnchor(rows, format, anchor, 1);
          expect(shown(anchor).atEnd).toBe(true);
          return true;
        },
      ),
    );
  });
});
