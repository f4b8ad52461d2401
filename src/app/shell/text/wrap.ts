import wrapAnsi from 'wrap-ansi';
import { cut } from './pad.ts';
import { isPlainAscii, textWidth } from './width.ts';

/** Breaks a line into rows at the edge, also within words, as a terminal does. Never empty. Keeps SGR sequences. */
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

/** Breaks prose into rows between words. Breaks a word only if it is longer than a row. */
export function wrapWords(text: string, width: number): string[] {
  if (width <= 0) return [''];
  return wrapAnsi(text, width, { hard: true })
    .split('\n')
    .map((row) => cut(row, width));
}
