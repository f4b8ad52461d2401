import { countRows, type LineFormat, renderLine } from './log-lines.ts';
import type { BufferedLine } from './reading/log-buffer.ts';
import type { LogRows } from './reading/log-rows.ts';

/** The position of a paused log: the line at the top of the screen, and how many of its rows are above the screen. */
export interface LogAnchor {
  readonly sequence: number;
  readonly row: number;
}

export interface LogWindow {
  readonly rows: readonly string[];
  /** The position of the first row; undefined without lines. */
  readonly anchor: LogAnchor | undefined;
  /** Whether the newest line is on the screen. */
  readonly atEnd: boolean;
}

/**
 * Renders the rows on the screen: the end of the log, or the rows from an anchor on. Only visible lines are rendered.
 * @param current sequence number of the current match
 */
export function renderLogWindow(
  index: LogRows,
  format: LineFormat,
  height: number,
  anchor: LogAnchor | undefined,
  current?: number,
): LogWindow {
  const top = clampToEnd(index, format, height, anchor);
  if (top === undefined) return { rows: [], anchor: undefined, atEnd: true };
  const rows: string[] = [];
  let position = index.positionOf(top.sequence);
  let skip = top.row;
  let complete = true;
  for (; position < index.count && rows.length < height; position++) {
    const line = index.lineAt(position);
    if (line === undefined) break;
    const rendered = renderLine(line, format, index.sequenceAt(position) === current).slice(skip);
    skip = 0;
    complete = rendered.length <= height - rows.length;
    rows.push(...rendered.slice(0, height - rows.length));
  }
  return { rows, anchor: top, atEnd: position >= index.count && complete };
}

/** The lines with at least one row on the screen. */
export function visibleLines(
  index: LogRows,
  format: LineFormat,
  height: number,
  anchor: LogAnchor | undefined,
): BufferedLine[] {
  const top = clampToEnd(index, format, height, anchor);
  const lines: BufferedLine[] = [];
  if (top === undefined) return lines;
  let rows = -top.row;
  for (let position = index.positionOf(top.sequence); position < index.count && rows < height; position++) {
    const line = index.lineAt(position);
    if (line === undefined) break;
    lines.push(line);
    rows += countRows(line, format);
  }
  return lines;
}

/** Moves an anchor down by a number of rows, or up if negative, within the log. */
export function moveAnchor(index: LogRows, format: LineFormat, anchor: LogAnchor, by: number): LogAnchor {
  let position = index.positionOf(anchor.sequence);
  let row = index.sequenceAt(position) === anchor.sequence ? anchor.row + by : by;
  while (row < 0 && position > 0) {
    position -= 1;
    row += rowsAt(index, format, position);
  }
  while (position < index.count - 1 && row >= rowsAt(index, format, position)) {
    row -= rowsAt(index, format, position);
    position += 1;
  }
  const last = Math.max(0, rowsAt(index, format, position) - 1);
  return { sequence: index.sequenceAt(position) ?? 0, row: Math.max(0, Math.min(row, last)) };
}

/** The anchor at which the last row of the log is the last row of the screen. */
export function endAnchor(index: LogRows, format: LineFormat, height: number): LogAnchor | undefined {
  let rows = 0;
  for (let position = index.count - 1; position >= 0; position--) {
    rows += rowsAt(index, format, position);
    if (rows >= height) return { sequence: index.sequenceAt(position) ?? 0, row: rows - height };
  }
  const sequence = index.sequenceAt(0);
  return sequence === undefined ? undefined : { sequence, row: 0 };
}

/** Limits an anchor so that no row of the screen is empty while there are rows above. */
function clampToEnd(
  index: LogRows,
  format: LineFormat,
  height: number,
  anchor: LogAnchor | undefined,
): LogAnchor | undefined {
  const end = endAnchor(index, format, height);
  if (anchor === undefined || end === undefined) return end;
  const position = index.positionOf(anchor.sequence);
  const endPosition = index.positionOf(end.sequence);
  if (position > endPosition || (position === endPosition && anchor.row > end.row)) return end;
  const sequence = index.sequenceAt(position);
  if (sequence === undefined) return end;
  // The line itself may have been dropped or filtered out meanwhile.
  return { sequence, row: sequence === anchor.sequence ? anchor.row : 0 };
}

function rowsAt(index: LogRows, format: LineFormat, position: number): number {
  const line = index.lineAt(position);
  return line === undefined ? 1 : countRows(line, format);
}
