import wrapAnsi from 'wrap-ansi';
import { cut } from './pad.ts';
import { isPlainAscii, textWidth } from './width.ts';

/** The rows that a line takes, broken at the edge wherever it falls, as a terminal does. Never empty. Keeps SGR sequences. */
export function wrap(text: string, width: number): string[] {
  if (width <= 0) return [''];
  if (textWidth(text) <= width) return [text];
  if (isPlainAscii(text)) {
    const rows: string[] = [];
    for (let start = 0; start < text.length; start += width) rows.push(text.slice(start, start + width));
    return rows;
  }
  return wrapAnsi(text, width, { hard: true, trim: false, wordWrap: false }).split('\n');
}

/** Prose, broken between words; a word longer than a row is broken too. */
export function wrapWords(text: string, width: number): string[] {
  if (width <= 0) return [''];
  return wrapAnsi(text, width, { hard: true })
    .split('\n')
    .map((row) => cut(row, width));
}
