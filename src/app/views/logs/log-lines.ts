import sliceAnsi from 'slice-ansi';
import { findRanges, highlight } from '../../shell/text/highlight.ts';
import { cut, pad, truncateStart } from '../../shell/text/pad.ts';
import type { Pattern } from '../../shell/text/pattern.ts';
import { withoutColours } from '../../shell/text/sanitize.ts';
import { textWidth } from '../../shell/text/width.ts';
import { wrap } from '../../shell/text/wrap.ts';
import { paint, type Theme } from '../../shell/theme/theme.ts';
import type { BufferedLine } from './reading/log-buffer.ts';

/** The format in which lines are rendered. */
export interface LineFormat {
  readonly theme: Theme;
  /** Columns. */
  readonly width: number;
  readonly wrap: boolean;
  readonly timestamps: boolean;
  /** How many columns of the text are scrolled out at the left; 0 when wrapping. */
  readonly left: number;
  readonly search: Pattern | undefined;
  /** Names of the processes; if there are several, each line has its process's name as a prefix. */
  readonly sources: readonly string[];
}

const maxPrefixWidth = 24;

/** Cached until another process writes: there may be a thousand names, and each line needs the width. */
const prefixWidths = new WeakMap<readonly string[], { readonly count: number; readonly width: number }>();

/** The width of the names before merged lines, in columns. */
export function prefixWidth(sources: readonly string[]): number {
  if (sources.length < 2) return 0;
  const known = prefixWidths.get(sources);
  if (known?.count === sources.length) return known.width;
  const width = Math.min(maxPrefixWidth, Math.max(...sources.map(textWidth)));
  prefixWidths.set(sources, { count: sources.length, width });
  return width;
}

/** Renders one line as one or more rows. @param current whether it contains the current match */
export function renderLine(line: BufferedLine, format: LineFormat, current: boolean): string[] {
  const { theme } = format;
  if (line.kind === 'missing') return [paint(theme, 'warning', cut(`↑ ${line.plain}`, format.width))];
  if (line.kind === 'end') return [paint(theme, 'dim', cut(`── ${line.plain} ──`, format.width))];
  const head = linePrefix(line, format);
  const room = Math.max(1, format.width - head.width);
  if (line.kind === 'restart') return [head.text + paint(theme, 'warning', cut(`── ${line.plain} ──`, room))];
  if (line.kind === 'notice') return [head.text + paint(theme, 'warning', cut(`! ${line.plain}`, room))];
  const text = highlightMatches(line, format, current);
  if (!format.wrap)
    return [head.text + (format.left > 0 ? sliceAnsi(text, format.left, format.left + room) : cut(text, room))];
  const [first = '', ...rest] = wrap(text, room);
  return [head.text + first, ...rest.map((row) => ' '.repeat(head.width) + row)];
}

/**
 * A line for copying and saving: without colours and wrapping.
 * @param name the name of the process, if the view shows several
 */
export function plainLine(
  { kind, plain, time }: Pick<BufferedLine, 'kind' | 'plain' | 'time'>,
  name: string | undefined,
  timestamps: boolean,
): string {
  if (kind === 'missing') return `↑ ${plain}`;
  if (kind === 'end') return `── ${plain} ──`;
  const head = `${timestamps ? `${localTime(time).padEnd(8)}  ` : ''}${name === undefined ? '' : `${name}  `}`;
  return head + (kind === 'line' || kind === 'open' ? plain : `── ${plain} ──`);
}

/** How many rows `renderLine` returns, without rendering them. */
export function countRows(line: BufferedLine, format: LineFormat): number {
  if (!format.wrap || (line.kind !== 'line' && line.kind !== 'open')) return 1;
  const room = Math.max(1, format.width - headWidth(format));
  const width = textWidth(line.plain);
  return width <= room ? 1 : wrap(line.plain, room).length;
}

function highlightMatches(line: BufferedLine, format: LineFormat, current: boolean): string {
  const text = format.theme.colours ? line.text : withoutColours(line.text);
  if (format.search === undefined || format.search.inverse) return text;
  const ranges = findRanges(line.plain, format.search.expression);
  const style = format.theme.styles[current ? 'currentMatch' : 'match'];
  return highlight(text, ranges, () => ({ on: `\x1b[${style}m`, off: '\x1b[0m' }));
}

const timeWidth = 9;

function headWidth(format: LineFormat): number {
  const names = prefixWidth(format.sources);
  return (names > 0 ? names + 3 : 0) + (format.timestamps ? timeWidth : 0);
}

function linePrefix(line: BufferedLine, format: LineFormat): { text: string; width: number } {
  const { theme } = format;
  const names = prefixWidth(format.sources);
  let text = '';
  if (names > 0) {
    const colours = theme.processColours;
    const colour = colours[line.source % Math.max(1, colours.length)];
    const name = `${pad(truncateStart(format.sources[line.source] ?? '', names), names)} │ `;
    text += colour === undefined ? name : `\x1b[${colour}m${name}\x1b[0m`;
  }
  if (format.timestamps) text += paint(theme, 'dim', pad(localTime(line.time), timeWidth));
  return { text, width: headWidth(format) };
}

/** The local time of day; empty if the time is unknown. */
export function localTime(time: string | undefined): string {
  if (time === undefined) return '';
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
